// The parts of fork and setjmp that need the guest's exports: binaryen's
// asyncify functions, mutable globals, and copies of whole memories. The kernel
// (wasix/kernel/fork.go) says when.

import type { Task } from "./engine";

/** What Go's asyncify import asks for (jsbridge/fork.go). */
const enum Op { CanUnwind, StartUnwind, StopUnwind, StartRewind, StopRewind }

interface Held { value: number | bigint }

export class Asyncify {
  private states = new WeakMap<Task, { globals: (WebAssembly.Global & Held)[]; kept: (number | bigint)[] }>();

  constructor(private readonly plain: WebAssembly.Module, private readonly shared: WebAssembly.Module) {}

  /** Runs one of asyncify's functions. 1 for yes and done, 0 for no. */
  call(task: Task, op: Op, data: number): number {
    const x = task.instance.exports as Record<string, (data?: number) => void>;
    switch (op) {
      case Op.CanUnwind: return x.asyncify_start_unwind && x.asyncify_start_rewind ? 1 : 0;
      case Op.StartUnwind:
        this.state(task).kept = this.state(task).globals.map((g) => g.value);
        x.asyncify_start_unwind!(data);
        break;
      case Op.StopUnwind: {
        x.asyncify_stop_unwind!();
        const s = this.state(task);
        s.globals.forEach((g, i) => { g.value = s.kept[i]!; });
        break;
      }
      case Op.StartRewind: x.asyncify_start_rewind!(data); break;
      case Op.StopRewind: x.asyncify_stop_rewind!(); break;
    }
    return 1;
  }

  /** Writes the values of the mutable globals; returns how many. */
  globals(task: Task, out: BigUint64Array): number {
    const list = this.state(task).globals.slice(0, out.length);
    list.forEach((g, i) => { out[i] = BigInt(g.value); });
    return list.length;
  }

  setGlobals(task: Task, values: BigUint64Array): void {
    this.state(task).globals.slice(0, values.length).forEach((g, i) => {
      g.value = typeof g.value === "bigint" ? values[i]! : Number(BigInt.asIntN(32, values[i]!));
    });
  }

  /** Gives a child the globals its parent had before it unwound. */
  inherit(from: Task, to: Task): void {
    const a = this.state(from), b = this.state(to);
    b.globals.forEach((g, i) => { g.value = a.globals[i]!.value; });
  }

  /** Copies a whole memory into a new one, leaving out what is all zero. */
  copy(from: WebAssembly.Memory, to: WebAssembly.Memory, shared: boolean): void {
    const x = new WebAssembly.Instance(shared ? this.shared : this.plain, { a: { mem: from }, b: { mem: to } }).exports;
    if ((x.clone as (pages: number) => number)(from.buffer.byteLength >>> 16) < 0) throw new RangeError("the copy is too small");
  }

  /** Makes a whole memory zero again. */
  zero(memory: WebAssembly.Memory, shared: boolean): void {
    const x = new WebAssembly.Instance(shared ? this.shared : this.plain, { a: { mem: memory }, b: { mem: memory } }).exports;
    (x.zero as (pages: number) => number)(memory.buffer.byteLength >>> 16);
  }

  /** The guest's exported integer globals that can be set. */
  private state(task: Task) {
    let s = this.states.get(task);
    if (!s) {
      const globals: (WebAssembly.Global & Held)[] = [];
      for (const v of Object.values(task.instance.exports)) {
        if (!(v instanceof WebAssembly.Global)) continue;
        const g = v as WebAssembly.Global & Held;
        if (typeof g.value !== "bigint" && !Number.isInteger(g.value)) continue;
        try {
          g.value = g.value;
        } catch {
          continue; // immutable
        }
        globals.push(g);
      }
      this.states.set(task, (s = { globals, kept: [] }));
    }
    return s;
  }
}
