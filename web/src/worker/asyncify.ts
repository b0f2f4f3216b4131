// The parts of fork and setjmp that need the guest's exports: binaryen's
// asyncify functions, mutable globals, and copies of whole memories. The kernel
// (wasix/kernel/fork.go) says when.

import type { GuestMemory } from "./memory";
import { isState, type Task } from "./task";

/** What Go's asyncify import asks for (jsbridge/fork.go). */
const enum Op { CanUnwind, StartUnwind, StopUnwind, StartRewind, StopRewind }

interface Held { value: number | bigint }

/** Exports of wasmgen.Clone. */
type Copier = Record<"clone" | "zero", (pages: number) => number>;

export class Asyncify {
  private states = new WeakMap<Task, { globals: (WebAssembly.Global & Held)[]; kept: (number | bigint)[] }>();

  /** The last copy: a program that forks again gets the memory of the child before. */
  last: { from: WebAssembly.Memory; to: GuestMemory; exports: Copier } | undefined;

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

  /** Notes what is in the tables of a new instance. */
  note(task: Task): void {
    if (task.program.tables.length) task.tables = this.entries(task);
  }

  /** Puts into a child's tables what is in its parent's, by way of the functions that both have. */
  tables(from: Task, to: Task): void {
    if (!from.tables) return;
    const same = new Map<unknown, unknown>([[null, null]]);
    from.tables.forEach((list, t) => list.forEach((f, i) => same.set(f, to.tables![t]![i])));
    for (const [a, b] of [[from.shim.exports, to.shim.exports], [from.instance.exports, to.instance.exports]] as const)
      for (const name in a) same.set(a[name], b[name]);
    this.entries(from).forEach((list, t) => {
      const table = to.instance.exports[from.program.tables[t]!] as WebAssembly.Table;
      table.grow(list.length - table.length);
      list.forEach((f, i) => {
        if (f === to.tables![t]![i]) return;
        if (!same.has(f)) throw new Error("a function in a table cannot be found again");
        table.set(i, same.get(f));
      });
    });
  }

  private entries(task: Task): unknown[][] {
    return task.program.tables.map((name) => {
      const table = task.instance.exports[name] as WebAssembly.Table;
      return Array.from({ length: table.length }, (_, i) => table.get(i));
    });
  }

  /** Copies a whole memory, leaving out what is all zero. */
  copy(from: WebAssembly.Memory, to: GuestMemory, shared: boolean): void {
    if (this.last?.from !== from || this.last.to !== to) this.last = { from, to, exports: this.copier(from, to, shared) };
    const x = this.last.exports;
    const pages = from.buffer.byteLength >>> 16;
    // Two passes are faster than one that looks at both.
    if (to.used) x.zero(pages);
    if (x.clone(pages) < 0) throw new RangeError("the copy is too small");
    to.used = true;
  }

  /** Makes a whole memory zero again. */
  zero(memory: GuestMemory, shared: boolean): void {
    const { zero } = this.last?.to === memory ? this.last.exports : this.copier(memory, memory, shared);
    zero(memory.buffer.byteLength >>> 16);
  }

  private copier(from: WebAssembly.Memory, to: WebAssembly.Memory, shared: boolean) {
    return new WebAssembly.Instance(shared ? this.shared : this.plain, { a: { mem: from }, b: { mem: to } }).exports as unknown as Copier;
  }

  /** The guest's exported integer globals that can be set. */
  private state(task: Task) {
    let s = this.states.get(task);
    if (!s) {
      const x = task.instance.exports as Record<string, unknown>;
      const names = (task.program.globals ??= Object.keys(x).filter((name) => {
        const g = x[name] as WebAssembly.Global & Held;
        if (!(g instanceof WebAssembly.Global) || isState(name) || typeof g.value !== "bigint" && !Number.isInteger(g.value)) return false;
        try {
          g.value = g.value;
          return true;
        } catch {
          return false; // immutable
        }
      }));
      this.states.set(task, (s = { globals: names.map((name) => x[name] as WebAssembly.Global & Held), kept: [] }));
    }
    return s;
  }
}
