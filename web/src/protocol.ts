// What the page and the worker say to each other. Every message is an object
// with `t`. Calls have a number, and the answer carries the same number; all
// else is one-way. Messages of one direction arrive in the order they were sent.
//
// Nothing grows without bound on either side: the kernel holds a program back
// when `outputWindow` bytes of it have not been `taken`, and the page holds back
// writes to stdin until `stdin` events say that the program has read.

import type { DirEntry, Kernel, KernelConfig, LoadErrorKind, SpawnSpec, StatResult } from "./worker/kernel";

export type { DirEntry, KernelConfig, SpawnSpec, StatResult };

/** Name of the workers that the client starts. The worker script serves its own global scope only under it. */
export const workerName = "wasix-web-host";

/** Where the worker script leaves its entry when it is imported into a worker of the user's own. */
export const connectKey = Symbol.for("wasix-web.connect");

/** A program on its way to the worker. */
export type WireSource =
  | { url: string }
  | { bytes: Uint8Array }
  | { blob: Blob }
  /** Refused by the engine, in its own words. */
  | { module: WebAssembly.Module }
  /** A Response whose body could be transferred. `total` is 0 when unknown. */
  | { stream: ReadableStream<Uint8Array>; total: number }
  /** One that was loaded before. */
  | { program: number };

/** Files to write, in order: parents are made. null is a directory. */
export type WireFiles = [path: string, data: Uint8Array | Blob | null][];

/** The kernel's own file, on its way to the worker. */
export type WireWasm = { url: string } | { bytes: ArrayBuffer } | { module: WebAssembly.Module };

/** Calls of the kernel that the page may make as they are. */
export type Plain =
  | "snapshot" | "restore" | "release" | "mount" | "unmount" | "check" | "sync" | "readFile" | "readDir" | "stat" | "mkdir" | "remove" | "rename"
  | "symlink" | "link" | "readlink" | "setAttr" | "live" | "memory" | "call";

/** A provider in JavaScript on its way: an object that stays on the page, or a module for the worker, and who hears of its progress. */
export type WireProvider =
  | { target: number; methods: string[]; readOnly: boolean }
  | { module: string; options: unknown; progress?: number };

/** What mount gets for a provider. `script` is wasix-web.providers.js. */
export interface WireProviderMount {
  provider: WireProvider;
  script: string;
}

/** Streams of a program that modules in the worker serve. */
export type WireStreams = Partial<Record<"stdin" | "stdout" | "stderr", WireProviderMount>>;

/** Every call with its arguments and what it answers. */
export type Calls = {
  [K in Plain]: { args: Parameters<Kernel[K]>; result: Awaited<ReturnType<Kernel[K]>> };
} & {
  /** Starts the kernel, mounts and fills it. Always the first message. */
  boot: { args: [wasm: WireWasm, config: KernelConfig, mounts: [string, unknown][], files: WireFiles]; result: void };
  load: { args: [source: WireSource, name: string]; result: number };
  unload: { args: [program: number]; result: void };
  /** `input` is the start of stdin; `eof` says that it is all of it. `streams` are served by modules. */
  spawn: {
    args: [source: WireSource, name: string, spec: Omit<SpawnSpec, "program">, files: WireFiles, input: Uint8Array | null, eof: boolean, streams?: WireStreams];
    result: number;
  };
  writeFile: { args: [path: string, data: Uint8Array | Blob, append: boolean, parents: boolean]; result: void };
};

export type CallName = keyof Calls;

/** A call on its way. */
export type CallMessage = { [K in CallName]: { t: "call"; id: number; op: K; args: Calls[K]["args"] } }[CallName];

/** What the page sends. */
export type ToWorker =
  | CallMessage
  /** Give up the call, if it still can be. It is answered all the same. */
  | { t: "cancel"; id: number }
  | { t: "write"; pid: number; data: Uint8Array }
  | { t: "close"; pid: number; errno?: number }
  | { t: "taken"; pid: number; fd: number; n: number; errno?: number }
  /** So many characters of trace have been dealt with. */
  | { t: "traced"; n: number }
  | { t: "kill"; pid: number; signal: number }
  | { t: "resize"; pid: number; columns: number; rows: number }
  | { t: "ping"; n: number }
  /** The answer to a callback. */
  | { t: "reply"; id: number; value?: unknown; error?: WireError };

/** Something that happened to a process. */
export type ProcessEvent =
  | { k: "output"; pid: number; fd: number; data: Uint8Array }
  /** The program has read `taken` bytes of stdin since its start. */
  | { k: "stdin"; pid: number; taken: number }
  /** The program reads stdin and waits for more. */
  | { k: "wanted"; pid: number }
  | { k: "trace"; pid: number; lines: string[] }
  /** `failed`: it could not be instantiated, and `trap` says why. */
  | { k: "exit"; pid: number; code: number; signal: number; trap: string; failed: boolean };

/** What the worker sends. */
export type ToPage =
  /** The script runs and listens. */
  | { t: "hello" }
  | { t: "done"; id: number; value?: unknown; error?: WireError }
  | { t: "progress"; id: number; loaded: number; total: number }
  | { t: "events"; events: ProcessEvent[] }
  | { t: "warn"; message: string }
  | { t: "pong"; n: number }
  /** The kernel is dead. Nothing else will come. */
  | { t: "fatal"; error: WireError }
  /** Calls something that lives on the page: a provider given in `mounts`, a clock. Answered by `reply`. */
  | { t: "callback"; id: number; target: number; method: string; args: unknown[] };

/** An error on its way. At most one of errno and kind is there. */
export interface WireError {
  message: string;
  stack?: string;
  name?: string;
  errno?: number;
  code?: string;
  kind?: LoadErrorKind | "unloaded" | "panic" | "load";
}

/** toWire turns anything thrown into a message. */
export function toWire(thrown: unknown): WireError {
  if (typeof thrown !== "object" || thrown === null) return { message: String(thrown) };
  const e = thrown as Partial<Error & WireError>;
  const wire: WireError = { message: e.message ?? String(thrown) };
  if (e.name) wire.name = e.name;
  if (e.stack) wire.stack = e.stack;
  if (typeof e.errno === "number") wire.errno = e.errno;
  if (typeof e.code === "string") wire.code = e.code;
  if (typeof e.kind === "string") wire.kind = e.kind;
  return wire;
}
