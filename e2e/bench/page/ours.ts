// wasix-web, through the client that web/dist ships.
import { WASIX, type Program } from "rt/ours/wasix-web.esm.js";
import { checked } from "./probes";
import { Output, contents, type RunOptions, type RunResult, type Runtime } from "./runtime";

class Ours implements Runtime {
  #system!: WASIX;
  #programs = new Map<string, Promise<Program>>();

  async load(): Promise<void> {
    this.#system = await WASIX.create();
  }

  async prepare(url: string): Promise<void> {
    if (!this.#programs.has(url)) this.#programs.set(url, this.#system.load(fetch(url)));
    await this.#programs.get(url);
  }

  async run(url: string, options: RunOptions = {}): Promise<RunResult> {
    for (const [path, bytes] of await contents(options.files)) {
      await this.#system.fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await this.#system.fs.writeFile(path, bytes);
    }
    const name = url.slice(url.lastIndexOf("/") + 1).replace(/\.wasm$/, "");
    const process = await this.#system.spawn((await this.#programs.get(url)) ?? fetch(url), {
      args: [name, ...(options.args ?? [])],
      env: options.env,
      stdin: options.stdin ? new TextEncoder().encode(options.stdin) : "null",
    });
    const output = new Output(options.keep);
    const errors = new Output(true);
    const [status] = await Promise.all([process.exited, drain(process.stdout, output), drain(process.stderr, errors)]);
    return {
      exitCode: status.exitCode,
      stderr: errors.text() + status.trap,
      stdout: output.text(),
      stdoutBytes: output.bytes,
      firstByte: output.firstByte,
    };
  }

  async step(name: string, n: number, program: string): Promise<number> {
    const start = performance.now();
    if (name === "mount") await this.#system.fs.mount("/data", { idb: "bench" });
    else if (name === "close") await this.#system.close();
    else {
      const { stdout } = checked(await this.run(program, { args: [name, String(n)], keep: true }));
      return Number(stdout.split(" ")[1]) / 1e9; // the guest tells picoseconds
    }
    return performance.now() - start;
  }
}

async function drain(from: ReadableStream<Uint8Array>, to: Output): Promise<void> {
  const reader = from.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) to.push(next.value);
}

export const runtime = new Ours();
