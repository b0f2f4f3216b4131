// What the harness asks of every runtime. An adapter is one file that exports `runtime`.
//
// Rule for adapters: run the guest as the runtime's own documentation does, and never make a
// peer slower than its users would. What differs between runtimes belongs here, not in a probe.

export interface RunOptions {
  args?: string[]; // without argv[0]
  env?: Record<string, string>;
  stdin?: string;
  // files are put into the file tree before the start, by path: the addresses of their contents.
  files?: Record<string, string>;
  // keep says whether stdout is returned as text. Without it only its length is.
  keep?: boolean;
}

export interface RunResult {
  exitCode: number;
  stdout: string; // the last 64 bytes when `keep` is not set
  stdoutBytes: number;
  stderr: string;
  firstByte: number; // performance.now() of the page when the first output arrived; 0 without output
}

export interface Runtime {
  // load fetches the runtime and makes it ready to start a program.
  load(): Promise<void>;
  // prepare fetches and compiles a program, so that run() only has to start it.
  prepare(url: string): Promise<void>;
  // run starts a program and waits for its exit. A program that was not prepared is fetched first.
  run(url: string, options?: RunOptions): Promise<RunResult>;
  // step works on files that stay: "mount" makes them reachable, "close" lets go of them, and the
  // others are those of store.ts. The result is in milliseconds. `program` is guests/files.c, for a
  // runtime that runs programs.
  step?(name: string, n: number, program: string): Promise<number>;
}

// Output gathers what a program prints: all of it, or its length and its end.
export class Output {
  bytes = 0;
  firstByte = 0;
  #keep: boolean;
  #chunks: Uint8Array[] = [];

  constructor(keep = false) {
    this.#keep = keep;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.bytes === 0) this.firstByte = performance.now();
    this.bytes += chunk.length;
    if (!this.#keep && this.#chunks.length > 64) this.#chunks.splice(0, 32);
    this.#chunks.push(chunk);
  }

  text(): string {
    const decoder = new TextDecoder();
    const all = this.#chunks.map((c) => decoder.decode(c, { stream: true })).join("");
    return this.#keep ? all : all.slice(-64);
  }
}

// contents fetches the files of a run's options.
export async function contents(files: Record<string, string> = {}): Promise<[path: string, bytes: Uint8Array][]> {
  return Promise.all(Object.entries(files).map(async ([path, url]) =>
    [path, new Uint8Array(await (await fetch(url)).arrayBuffer())] as [string, Uint8Array]));
}

// memo keeps the promise of what was made for a key, so that it is made once.
export function memo<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    let value = made.get(key);
    if (!value) made.set(key, (value = make(key)));
    return value;
  };
}
