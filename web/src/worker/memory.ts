// The memories of guests.

import type { Asyncify } from "./asyncify";

/** A memory, and what goes with it from one process to the next. */
export type GuestMemory = WebAssembly.Memory & {
  /** How many processes have it: two after vfork. */
  users?: number;
  /** It has contents of an earlier one. */
  used?: boolean;
  /** Puts its bridge into the table. */
  connect?(slot: number): void;
};

export interface Limits { min: number; max: number; shared: boolean }

/** Memories of processes that have ended: a new one costs a millisecond, and a tab has 123. */
export class MemoryPool {
  private free: { memory: GuestMemory; limits: Limits }[] = [];

  constructor(private readonly asyncify: Asyncify) {}

  /** A memory that is all zero, or with dirty one that may have contents (`used` tells). */
  take(limits: Limits, pages: number, dirty = false): GuestMemory {
    const i = this.free.findLastIndex((f) => f.limits.max === limits.max && f.limits.shared === limits.shared
      && f.memory.buffer.byteLength <= pages * 65536);
    if (i < 0) {
      try {
        return new WebAssembly.Memory({ initial: pages, maximum: limits.max, shared: limits.shared });
      } catch (e) {
        if (this.free.length === 0) throw e;
        this.free = [];
        this.asyncify.last = undefined;
        return new WebAssembly.Memory({ initial: pages, maximum: limits.max, shared: limits.shared });
      }
    }
    const { memory } = this.free.splice(i, 1)[0]!;
    if (!dirty) this.asyncify.zero(memory, limits.shared);
    memory.used = dirty;
    const more = pages - memory.buffer.byteLength / 65536;
    if (more > 0) memory.grow(more);
    memory.users = 1;
    return memory;
  }

  give(memory: GuestMemory, limits: Limits): void {
    // A big one takes longer to clear than a new one to make.
    if (memory.buffer.byteLength > 64 << 20) return;
    if (this.free.length >= 8) this.free.shift();
    this.free.push({ memory, limits });
  }
}

export function isShared(m: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer === "function" ? m.buffer instanceof SharedArrayBuffer
    : Object.prototype.toString.call(m.buffer) === "[object SharedArrayBuffer]";
}
