// wasix-web, through the client that web/dist ships.
import { WASIX } from "rt/ours/wasix-web.esm.js";
import { Output, memo, type RunOptions, type RunResult, type Runtime } from "./runtime";

class Ours implements Runtime {
  #system!: WASIX;
  #bytes = memo(async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer()));

  async load(): Promise<void> {
    this.#system = await WASIX.create();
  }

  // prepare runs nothing: the worker compiles a program once for its content, at its first run.
  async prepare(url: string): Promise<void> {
    await this.#bytes(url);
  }

  async run(url: string, options: RunOptions = {}): Promise<RunResult> {
    const name = url.slice(url.lastIndexOf("/") + 1).replace(/\.wasm$/, "");
    const process = await this.#system.spawn(await this.#bytes(url), {
      args: [name, ...(options.args ?? [])],
      env: options.env,
      stdin: options.stdin ?? "",
    });
    const output = new Output(options.keep);
    const errors = new Output(true);
    const [status] = await Promise.all([process.exited, drain(process.stdout, output), drain(process.stderr, errors)]);
    return {
      exitCode: status.exitCode,
      stderr: errors.text(),
      stdout: output.text(),
      stdoutBytes: output.bytes,
      firstByte: output.firstByte,
    };
  }
}

async function drain(from: ReadableStream<Uint8Array>, to: Output): Promise<void> {
  const reader = from.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) to.push(next.value);
}

export const runtime = new Ours();
