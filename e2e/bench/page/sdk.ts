// @wasmer/sdk, from the page: it has its own pool of workers. Needs cross-origin isolation.
import { Wasmer } from "rt/sdk/dist/index.js";
import { Output, contents, memo, type RunOptions, type RunResult, type Runtime } from "./runtime";

class SDK implements Runtime {
  #wasmer!: Wasmer;
  #sandbox!: ReturnType<Wasmer["sandboxes"]["create"]>;
  #package = memo(async (url) => {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const loaded = await this.#wasmer.packages.load(bytes);
    return (await this.#sandbox).installPackage(loaded);
  });

  async load(): Promise<void> {
    if (!crossOriginIsolated) throw new Error("@wasmer/sdk needs cross-origin isolation");
    this.#wasmer = new Wasmer({ cache: false });
    await this.#wasmer.ready();
    this.#sandbox = this.#wasmer.sandboxes.create();
    await this.#sandbox;
  }

  async prepare(url: string): Promise<void> {
    await this.#package(url);
  }

  async run(url: string, options: RunOptions = {}): Promise<RunResult> {
    const program = await this.#package(url);
    for (const [path, bytes] of await contents(options.files)) await (await this.#sandbox).fs.writeFile(path, bytes);
    const command = (await this.#sandbox).command(program, options.args ?? [], { env: options.env });
    const process = await command.spawn({ stdin: options.stdin ? "pipe" : "closed", stdout: "pipe", stderr: "capture" });
    if (options.stdin) {
      await process.stdin!.write(options.stdin);
      await process.stdin!.close();
    }
    const output = new Output(options.keep);
    for await (const chunk of process.stdout!) output.push(chunk);
    const { exitCode, stderr } = await process.wait();
    return { exitCode, stderr: stderr.text(), stdout: output.text(), stdoutBytes: output.bytes, firstByte: output.firstByte };
  }
}

export const runtime = new SDK();
