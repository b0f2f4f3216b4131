// Stores of files that run no programs: what they are asked to do, in a worker of ours as an
// embedder would. guests/files.c does the same steps on wasix-web.
import type { Runtime } from "./runtime";

// Steps are what a store does; n is how many files, MiB or times.
export interface Steps {
  mount(): Promise<void>;
  write_many(n: number): Promise<void>;
  read_many(n: number): Promise<void>;
  write_big(n: number): Promise<void>;
  read_big(n: number): Promise<void>;
  // append_sync is left out by a store that cannot tell when its files are safe.
  append_sync?(n: number): Promise<void>;
  close(): Promise<void>;
}

// A StoreRuntime is the page's side.
export class StoreRuntime implements Runtime {
  #worker!: Worker;

  constructor(private script: string) {}

  load(): Promise<void> {
    this.#worker = new Worker(new URL(this.script, import.meta.url), { type: "module" });
    return new Promise((resolve, reject) => {
      this.#worker.onerror = (event) => reject(new Error(`${this.script}: ${event.message}`));
      this.#worker.onmessage = () => resolve();
    });
  }

  prepare = () => Promise.reject(new Error("it runs no programs"));
  run = () => Promise.reject(new Error("it runs no programs"));

  step(name: string, n: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => ("ms" in data ? resolve(data.ms) : reject(new Error(data.error)));
      this.#worker.postMessage({ name, n });
    });
  }
}

// serve is the worker's side. It measures: the messages do not count.
export function serve(steps: Steps): void {
  self.onmessage = async ({ data: { name, n } }: MessageEvent<{ name: keyof Steps; n: number }>) => {
    try {
      if (!steps[name]) throw new Error(`it has no ${name}`);
      const start = performance.now();
      await steps[name](n);
      const spent = performance.now() - start;
      self.postMessage({ ms: name === "append_sync" ? spent / n : spent });
    } catch (error) {
      self.postMessage({ error: String(error) });
    }
  };
  self.postMessage("ready");
}

export const MiB = 1 << 20;

// file is the path of file i, and what is in it.
export const file = (i: number) => `/many/d${i % 16}/f${i}`;

export function content(i: number): Uint8Array<ArrayBuffer> {
  const b = new Uint32Array(256);
  for (let k = 0; k < 256; k += 2) b[k] = i;
  return new Uint8Array(b.buffer);
}

// noise is what cannot be compressed: the database would.
const noise = new Uint32Array(MiB / 4);
let x = 88172645;
for (let i = 0; i < noise.length; i++) {
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  noise[i] = x;
}

// piece writes MiB i of the big file to b.
export function piece(i: number, b: Uint8Array): void {
  noise[0] = i;
  b.set(new Uint8Array(noise.buffer));
}

// same throws when a has other bytes than b. Both begin at a multiple of 4.
export function same(a: Uint8Array, b: Uint8Array): void {
  const [v, w] = [a, b].map((c) => new Uint32Array(c.buffer, c.byteOffset, c.length / 4)) as [Uint32Array, Uint32Array];
  let differ = a.length ^ b.length;
  for (let i = 0; i < v.length; i++) differ |= v[i]! ^ w[i]!;
  if (differ) throw new Error("other bytes than were written");
}

export const log = new Uint8Array(100);
