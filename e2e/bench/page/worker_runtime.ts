// The page's side of a preview1 shim that runs in a Web Worker of ours. worker_host.ts is the other side.
import { Output, memo, type RunOptions, type RunResult, type Runtime } from "./runtime";

export type ToWorker =
  | { id: number; prepare: string }
  | { id: number; run: string; options: RunOptions };

export type FromWorker =
  | { id: number; chunk: Uint8Array<ArrayBuffer> }
  | { id: number; done: { exitCode: number; stderr: string } }
  | { id: number; error: string };

interface Pending {
  output: Output;
  resolve(result: RunResult): void;
  reject(error: Error): void;
}

export class WorkerRuntime implements Runtime {
  #worker!: Worker;
  #pending = new Map<number, Pending>();
  #next = 1;
  #prepared = memo(async (url) => void (await this.#send({ id: 0, prepare: url })));

  constructor(private script: string) {}

  // load waits for the worker's first message: until then its imports are still on the way.
  load(): Promise<void> {
    this.#worker = new Worker(new URL(this.script, import.meta.url), { type: "module" });
    return new Promise((resolve, reject) => {
      this.#worker.onerror = (event) => reject(new Error(`${this.script}: ${event.message}`));
      this.#worker.onmessage = () => {
        this.#worker.onmessage = (event) => this.#receive(event.data);
        resolve();
      };
    });
  }

  async prepare(url: string): Promise<void> {
    await this.#prepared(url);
  }

  run(url: string, options: RunOptions = {}): Promise<RunResult> {
    return this.#send({ id: 0, run: url, options }, options.keep);
  }

  #send(message: ToWorker, keep = false): Promise<RunResult> {
    message.id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(message.id, { output: new Output(keep), resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  #receive(message: FromWorker): void {
    const { output, resolve, reject } = this.#pending.get(message.id)!;
    if ("chunk" in message) return output.push(message.chunk);
    this.#pending.delete(message.id);
    if ("error" in message) return reject(new Error(message.error));
    resolve({ ...message.done, stdout: output.text(), stdoutBytes: output.bytes, firstByte: output.firstByte });
  }
}
