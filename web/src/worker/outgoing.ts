// What the kernel tells the host, as functions that Go imports: a call through
// syscall/js costs ten times as much, and a program that starts, prints and
// ends makes several.

import type { Host } from "./kernel";

/** Why an export has returned -1. */
export const refusal: { error?: Error } = {};

/** The functions of jsbridge/outgoing.go. Text and bytes are places in Go's memory. */
export function outgoing(host: Host, memory: () => WebAssembly.Memory): WebAssembly.ModuleImports {
  const decoder = new TextDecoder();
  const bytes = (ptr: number, n: number) => new Uint8Array(memory().buffer, ptr >>> 0, n);
  const text = (ptr: number, n: number) => decoder.decode(bytes(ptr, n));
  const told = {
    output: (pid: number, fd: number, ptr: number, n: number) => host.output(pid, fd, bytes(ptr, n)) ?? -1,
    exited: (pid: number, code: number, signal: number, failed: number, ptr: number, n: number) =>
      host.exited(pid, code >>> 0, signal, text(ptr, n), failed !== 0),
    stdin_read: (pid: number, unread: number) => host.stdinRead(pid, unread),
    stdin_wanted: (pid: number) => host.stdinWanted(pid),
    refuse: (errno: number, ptr: number, n: number) => {
      const message = text(ptr, n);
      refusal.error = Object.assign(new Error(message), errno ? { errno, code: message.split(":", 1)[0] } : undefined);
    },
    warn: (ptr: number, n: number) => host.warn(text(ptr, n)),
    trace: (pid: number, ptr: number, n: number) => host.trace(pid, text(ptr, n)),
  };
  // An exception must not go through Go's frames. It is the worker's, later.
  const safe = (fn: (...args: number[]) => unknown) => (...args: number[]) => {
    try {
      return fn(...args);
    } catch (e) {
      queueMicrotask(() => { throw e; });
      return 0;
    }
  };
  return Object.fromEntries(Object.entries(told).map(([name, fn]) => [name, safe(fn as (...args: number[]) => unknown)]));
}
