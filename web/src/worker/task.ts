// What the engine knows of a process and of each of its threads.

import type { Compiled } from "./compile";
import type { GuestMemory } from "./memory";

export interface Process {
  program: Compiled;
  memory?: GuestMemory;
  shared: boolean;
  main?: WebAssembly.Instance;
  /** The export that gets signals. */
  handler: string;
  calls: Promise<unknown>;
  /** The slot of a fork that has not been entered. */
  unstarted?: number | undefined;
  spares: Spares;
}

/** A thread's instance, by slot. */
export interface Task {
  process: Process;
  program: Compiled;
  instance: WebAssembly.Instance;
  /** Entry 0 is the handler. */
  signals: WebAssembly.Table;
  shim: WebAssembly.Exports;
  /** What was in the tables at the beginning, of a program that changes them. */
  tables?: unknown[][];
  /** What its globals were at the beginning, when another thread may have the instance after it. */
  state?: [WebAssembly.Global & { value: unknown }, unknown][] | undefined;
}

/** The export that a start function has become (wasmgen.Reusable). */
export const START = "__wasix_start";

/** Names of the exports that are an instance's state. */
export const isState = (name: string) => name.startsWith("__wasix_global");

export function stateOf(program: Compiled, instance: WebAssembly.Instance): Task["state"] {
  if (!program.state.length) return;
  return program.state.map((name) => {
    const g = instance.exports[name] as WebAssembly.Global & { value: unknown };
    return [g, g.value];
  });
}

/** Makes an instance a new one. */
export function renew(task: Task): void {
  for (const [g, value] of task.state!) g.value = value;
  (task.instance.exports[START] as Function | undefined)?.();
  hear(task);
}

/** Instances of a process's threads that have ended, by slot: to make one costs more than all else that a thread does. */
export class Spares {
  private bySlot = new Map<number, Task>();

  put(slot: number, task: Task): void {
    if (!task.state) return;
    this.bySlot.set(slot, task);
    if (this.bySlot.size > 32) this.bySlot.delete(this.bySlot.keys().next().value!);
  }

  take(slot: number): Task | undefined {
    const task = this.bySlot.get(slot);
    this.bySlot.delete(slot);
    return task;
  }
}

/** Has the shim call the process's handler. The kernel has seen that it can be called with a signal. */
export function hear({ process, instance, signals }: Task): void {
  const f = instance.exports[process.handler];
  if (typeof f === "function") signals.set(0, f);
}

export function setStack(instance: WebAssembly.Instance, stack: number): void {
  const g = instance.exports.__stack_pointer;
  if (g instanceof WebAssembly.Global) (g as WebAssembly.Global & { value: number }).value = stack;
}
