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
