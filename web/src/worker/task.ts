// What the engine knows of a process and of each of its threads.

import type { Compiled } from "./compile";
import type { GuestMemory } from "./memory";
import type { Spares } from "./spares";

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
  /** Threads that have ended. To make an instance costs more than all else that a thread does. */
  spares: Spares<Task>;
}

/** The module between a guest and Go. */
export interface Shim {
  exports: WebAssembly.Exports;
  /** Entry 0 is the handler. */
  signals: WebAssembly.Table;
  bridge: number;
}

/** A thread's instance, by slot. */
export interface Task {
  process: Process;
  program: Compiled;
  instance: WebAssembly.Instance;
  shim: Shim;
  /** What was in the tables at the beginning, of a program that changes them. */
  tables?: unknown[][];
  /** What its globals were at the beginning, when another thread may have the instance after it. */
  state?: [WebAssembly.Global & { value: unknown }, unknown][] | undefined;
}

/** Runs the start function of a program whose instances can be used again: an export of that name (wasmgen.Reusable). */
export function begin(instance: WebAssembly.Instance): void {
  (instance.exports.__wasix_start as Function | undefined)?.();
}

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
  begin(task.instance);
  hear(task);
}

/** Keeps of a task that has ended what the next one in its slot can use. */
export function keep(slot: number, task: Task): void {
  if (task.state) return task.process.spares.put(slot, task);
  task.shim.signals.set(0, null); // it would keep the instance
  task.program.shims.put(slot, task.shim);
}

/** Has the shim call the process's handler. The kernel has seen that it can be called with a signal. */
export function hear({ process, instance, shim }: Task): void {
  const f = instance.exports[process.handler];
  if (typeof f === "function") shim.signals.set(0, f);
}

export function setStack(instance: WebAssembly.Instance, stack: number): void {
  const g = instance.exports.__stack_pointer;
  if (g instanceof WebAssembly.Global) (g as WebAssembly.Global & { value: number }).value = stack;
}
