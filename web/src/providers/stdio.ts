// Standard streams that a module in the worker serves.

import { bytesOf, inputOf, outputOf, piece } from "../stdio";
import type { InputProvider, OutputProvider } from "../wasix-web";
import { Checks } from "./check";
import { Failure, run, type Steps } from "./steps";

export class Stream {
  #ask: Checks;
  #provider: { close?(): unknown };
  #name: string;

  constructor(given: object, method: "read" | "write", name: string, warn: (message: string) => void) {
    if (typeof given !== "function" && typeof (given as Record<string, unknown>)[method] !== "function") throw new Error(`the provider has no method ${method}`);
    this.#provider = method === "read" ? inputOf(given as InputProvider) : outputOf(given as OutputProvider);
    this.#ask = new Checks(this.#provider, name, warn);
    this.#name = name;
  }

  /** The next input, or an errno: 0 is the end. */
  async read(): Promise<Uint8Array | number> {
    return new Promise((resolve) => {
      const errno = this.#run(this.#read(resolve), (errno) => errno && resolve(errno));
      if (errno) resolve(errno);
    });
  }

  *#read(resolve: (read: Uint8Array | number) => void): Steps<unknown> {
    const given = yield* this.#ask.ask("read", piece);
    let data: Uint8Array;
    try {
      data = bytesOf(given);
    } catch {
      throw this.#ask.bad("read", "neither Uint8Array nor string");
    }
    return resolve(data.length > 0 ? data : 0);
  }

  /** Hands output over. Gives an errno, 0 when all is well; or undefined, and `late` gets it. */
  write(data: Uint8Array, late: (errno: number) => void): number | undefined {
    return this.#run(this.#ask.ask("write", data), late);
  }

  close(): void {
    const failed = (e: unknown) => this.#ask.warn(`close threw ${String(e)}`);
    try {
      void Promise.resolve(this.#provider.close?.()).catch(failed);
    } catch (e) {
      failed(e);
    }
  }

  #run(steps: Steps<unknown>, late: (errno: number) => void): number | undefined {
    const errno = (e: unknown): number => {
      if (e instanceof Failure) return e.errno;
      throw new Error(`${this.#name}: ${String(e)}`); // ours
    };
    try {
      const r = run(steps, (result) => {
        try {
          result();
        } catch (e) {
          return late(errno(e));
        }
        late(0);
      });
      return "value" in r ? 0 : undefined;
    } catch (e) {
      return errno(e);
    }
  }
}
