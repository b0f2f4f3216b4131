// The worker's side of a preview1 shim: takes orders from worker_runtime.ts and sends the output
// back in chunks, as an embedder would who wants neither one message a write nor all at the end.
import { memo, type RunOptions } from "./runtime";
import type { FromWorker, ToWorker } from "./worker_runtime";

const CHUNK = 64 * 1024;

// Sink takes what a guest prints.
export class Sink {
  #buffer = new Uint8Array(CHUNK);
  #used = 0;
  #encoder = new TextEncoder();
  stderr = "";

  constructor(private id: number) {}

  write(data: Uint8Array): void {
    while (data.length > 0) {
      const n = Math.min(data.length, CHUNK - this.#used);
      this.#buffer.set(data.subarray(0, n), this.#used);
      this.#used += n;
      if (this.#used === CHUNK) this.flush();
      data = data.subarray(n);
    }
  }

  // writeText is write for shims that decode what the guest prints.
  writeText(text: string): void {
    if (text.length * 3 > CHUNK - this.#used) this.flush();
    if (text.length * 3 > CHUNK) return this.write(this.#encoder.encode(text));
    this.#used += this.#encoder.encodeInto(text, this.#buffer.subarray(this.#used)).written;
  }

  flush(): void {
    if (this.#used === 0) return;
    const chunk = this.#buffer.slice(0, this.#used);
    post({ id: this.id, chunk }, [chunk.buffer]);
    this.#used = 0;
  }
}

export type Engine = (module: WebAssembly.Module, argv: string[], options: RunOptions, sink: Sink) => Promise<number>;

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

// host answers the page's orders with the engine of one shim.
export function host(engine: Engine): void {
  const compiled = memo((url) => WebAssembly.compileStreaming(fetch(url)));

  async function run(id: number, url: string, options: RunOptions): Promise<void> {
    const sink = new Sink(id);
    const argv = [url.slice(url.lastIndexOf("/") + 1).replace(/\.wasm$/, ""), ...(options.args ?? [])];
    const exitCode = await engine(await compiled(url), argv, options, sink);
    sink.flush();
    post({ id, done: { exitCode, stderr: sink.stderr } });
  }

  self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
    try {
      if ("run" in data) return await run(data.id, data.run, data.options);
      await compiled(data.prepare);
      post({ id: data.id, done: { exitCode: 0, stderr: "" } });
    } catch (error) {
      post({ id: data.id, error: String(error) });
    }
  };
  self.postMessage("ready");
}
