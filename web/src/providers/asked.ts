// Clocks and sources of random numbers, as Go asks them
// (jsbridge/asked.go).

import { Checks, E } from "./check";
import { Failure, run, type Steps, type Waiting } from "./steps";
import type { Answer } from "./tree";

const maxInt64 = (1n << 63n) - 1n;

export class Asked {
  /** Set by Go. */
  answer: Answer = () => {};
  #ask: Checks;
  #waiting = new Map<number, Waiting>();

  constructor(provider: object, name: string, warn: (message: string) => void) {
    this.#ask = new Checks(provider, name, warn);
  }

  /** What a clock shows before anybody has asked. */
  *first(): Steps<[string, string]> {
    return [yield* this.#now(0), yield* this.#now(1)];
  }

  /** Nanoseconds as text, or -errno; null: they are answered. */
  now(call: number, id: number): unknown {
    return this.#run(call, this.#now(id));
  }

  resolution(call: number, id: number): unknown {
    return this.#run(call, this.#resolution(id));
  }

  /** n random bytes. */
  fill(call: number, n: number): unknown {
    return this.#run(call, this.#fill(n));
  }

  abandon(call: number): void {
    this.#waiting.get(call)?.abandon();
    this.#waiting.delete(call);
  }

  *#now(id: number): Steps<string> {
    return this.#ask.u64("now", "time", yield* this.#ask.ask("now", id), maxInt64).toString();
  }

  *#resolution(id: number): Steps<string> {
    if (!this.#ask.has("resolution")) return "1000";
    const step = this.#ask.u64("resolution", "resolution", yield* this.#ask.ask("resolution", id), maxInt64);
    if (step === 0n) throw this.#ask.bad("resolution", "0n");
    return step.toString();
  }

  *#fill(n: number): Steps<Uint8Array> {
    const buffer = new Uint8Array(n);
    yield* this.#ask.ask("fill", buffer);
    if (buffer.length !== n) throw this.#ask.bad("fill", "its buffer away");
    return buffer;
  }

  #run(call: number, steps: Steps<unknown>): unknown {
    try {
      const r = run(steps, (result) => {
        this.#waiting.delete(call);
        let value: unknown;
        try {
          value = result();
        } catch (e) {
          value = this.#failed(e);
        }
        this.answer(call, value);
      });
      if ("value" in r) return r.value;
      this.#waiting.set(call, r);
      return null;
    } catch (e) {
      return this.#failed(e);
    }
  }

  #failed(e: unknown): number {
    if (e instanceof Failure) return -e.errno;
    this.#ask.warn(`${String(e)} (EIO)`);
    return -E.IO;
  }
}
