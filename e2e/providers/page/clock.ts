// A clock and a source of random numbers that give the same in every run, as
// modules in the worker: `what` says which.

import type { ClockProvider, RandomProvider } from "../../../web/src/wasix-web";

export class Ticking implements ClockProvider {
  #real = BigInt(Date.UTC(2030, 0, 1)) * 1_000_000n;
  #mono = 0n;

  now(id: number): bigint {
    return id === 0 ? (this.#real += 1_000_000n) : (this.#mono += 1_000_000n);
  }

  resolution(): bigint {
    return 500n;
  }
}

export class Counting implements RandomProvider {
  #next = 1;

  fill(buffer: Uint8Array): void {
    for (let i = 0; i < buffer.length; i++) {
      this.#next = (this.#next * 1103515245 + 12345) & 0x7fffffff;
      buffer[i] = this.#next >> 16;
    }
  }
}

export default function make(options: { what: "clock" | "random"; late?: boolean }): ClockProvider | RandomProvider {
  if (options.what === "random") {
    const random = new Counting();
    return options.late ? { fill: async (buffer) => random.fill(buffer) } : random;
  }
  const clock = new Ticking();
  return options.late ? { now: async (id) => clock.now(id), resolution: async () => clock.resolution() } : clock;
}
