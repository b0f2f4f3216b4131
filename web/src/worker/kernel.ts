// The seam between the worker's TypeScript and the kernel in Go (package
// jsbridge). Kernel is what Go offers; Host is what it calls. Both live in one
// thread, so everything here is a plain call.

import type { WireProviderMount } from "../protocol";

/** Standard streams of a process: what the program sees as descriptor 0, 1, 2. Writes to one that is "asked" wait to be `taken`. */
export type StreamSpec = "pipe" | "null" | "terminal" | "asked";

/** A request to start a program. */
export interface SpawnSpec {
  /** Number of a loaded program (Engine.load). */
  program: number;
  /** argv; argv[0] first. No NUL inside. */
  args: string[];
  /** "KEY=value" strings. No NUL inside. */
  env: string[];
  /** Absolute path of the working directory. */
  cwd: string;
  /** Directories to preopen, guest paths. Default ["/"]. */
  preopens?: string[];
  stdin: StreamSpec;
  stdout: StreamSpec;
  stderr: StreamSpec;
  /** Window size when a stream is a terminal. */
  columns?: number;
  rows?: number;
  /** Paths of a preview1 program are not kept below its descriptors. */
  free?: boolean;
  /** Streams that are no terminal look like one to isatty. */
  isatty?: boolean;
  /** The terminal begins in raw mode, and changes nothing that programs print. */
  raw?: boolean;
  /** Report every call through Host.trace. */
  trace?: boolean;
}

/** struct stat, in JavaScript's words. Times in milliseconds. */
export interface StatResult {
  type: "file" | "directory" | "symlink" | "character" | "block" | "fifo" | "socket";
  /** Permission bits. */
  mode: number;
  size: number;
  dev: number;
  ino: number;
  nlink: number;
  mtimeMs: number;
  atimeMs: number;
  ctimeMs: number;
}

/** Counts of what lives. */
export interface Live {
  processes: number;
  threads: number;
  timers: number;
  /** Places in queues. */
  waiters: number;
  memories: number;
}

/** One entry of a directory. */
export interface DirEntry {
  name: string;
  type: StatResult["type"];
}

/**
 * What the kernel offers. A call that fails throws (or rejects with) an Error
 * with `errno` (a WASI number), `code` ("ENOENT") and a message that names the
 * path or thing.
 */
export interface Kernel {
  /** Makes a process: its id, at once unless a provider has to be waited for. */
  prepare(spec: SpawnSpec): number | Promise<number>;
  /** Has it run, soon. */
  launch(pid: number): void;
  /** Bytes for the program's stdin. Copied. Returns how many are still unread. */
  write(pid: number, data: Uint8Array): number;
  /** With an errno, the next read fails with it, and nothing is closed. */
  closeStdin(pid: number, errno?: number): void;
  /** The page has taken n bytes of the stream: more may be sent. With an errno, it has failed to. */
  taken(pid: number, fd: number, n: number, errno?: number): void;
  kill(pid: number, signal: number): void;
  resize(pid: number, columns: number, rows: number): void;
  /** For reactors: calls an export once `_initialize` has run. */
  call(pid: number, name: string, args: (number | bigint)[]): Promise<unknown>;

  mount(path: string, spec: unknown): Promise<void>;
  unmount(path: string): Promise<void>;
  /** What is wrong with the database mounted there. With repair it is mended. */
  check(path: string, repair: boolean): Promise<string[]>;
  /** Gives a number, which is good until release. */
  snapshot(path: string): Promise<number>;
  restore(path: string, snapshot: number): Promise<void>;
  release(snapshot: number): Promise<void>;
  sync(): Promise<void>;
  /** `length` bytes from `offset` on, fewer where the file ends; all when length is negative. */
  readFile(path: string, offset: number, length: number): Promise<Uint8Array>;
  writeFile(path: string, data: Uint8Array, append: boolean): Promise<void>;
  readDir(path: string): Promise<DirEntry[]>;
  stat(path: string, follow: boolean): Promise<StatResult>;
  mkdir(path: string, recursive: boolean): Promise<void>;
  remove(path: string, recursive: boolean): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  link(existing: string, path: string): Promise<void>;
  readlink(path: string): Promise<string>;
  /** Changes what is there. */
  setAttr(path: string, follow: boolean, what: { size?: number; atimeMs?: number; mtimeMs?: number; mode?: number }): Promise<void>;

  /** Counts of what lives: all zero when every program has ended. */
  live(): Live;
  /** The kernel's memory in bytes: Go's heap, and the whole of its wasm memory. */
  memory(): { heap: number; total: number; programs: number };
}

/** What the kernel calls. */
export interface Host {
  /**
   * A program wrote. The bytes are the kernel's: whoever keeps them copies them. Gives an errno, 0 when all is well, where
   * they have been taken already; else `taken` tells.
   */
  output(pid: number, fd: number, data: Uint8Array): number | undefined;
  /**
   * A program ended. `trap` is the engine's message and the wasm stack after a
   * trap (code 134), or why the program could not be started at all (`failed`,
   * code 125), or "".
   */
  exited(pid: number, code: number, signal: number, trap: string, failed: boolean): void;
  /** The program has read from stdin: `unread` bytes are left. */
  stdinRead(pid: number, unread: number): void;
  /** The program reads stdin and there is nothing: told once until more is written. */
  stdinWanted(pid: number): void;
  /** Something a user should know, once each. */
  warn(message: string): void;
  /** One line of strace. */
  trace(pid: number, line: string): void;
  /** The kernel itself has failed: nothing runs any more, end this worker. */
  fault(message: string): void;
  /** Calls a method of an object that lives on the page. Rejects with what it threw. */
  page(target: number, method: string, args: unknown[]): Promise<unknown>;
}

/** Settings of one kernel, fixed at its start. */
export interface KernelConfig {
  /** The worker takes the place of one that had to be ended. */
  restart?: boolean;
  /** A clock that stands still, in nanoseconds since 1970 (as a decimal string). */
  fixedClock?: string;
  /** A clock of the page's or of a module in the worker. */
  clock?: WireProviderMount;
  /** A source of random numbers of that kind. */
  random?: WireProviderMount;
  /** Seed of a repeatable random_get. */
  randomSeed?: number;
  /** Most bytes of guest memory per process. */
  maxMemory?: number;
  /** Bytes of unread output after which a program waits. Default 256 KiB. */
  outputWindow?: number;
}

/** Errors of loading a program, told apart by `kind`. */
export type LoadErrorKind =
  | "not-wasm" | "wrong-version" | "component" | "truncated" | "malformed" | "too-large"
  | "invalid" | "missing-import" | "import-type" | "no-start" | "memory64" | "multi-memory"
  | "no-memory" | "no-jspi" | "fetch";

/** Loads programs (worker/engine.ts). */
export interface Engine {
  /**
   * Compiles a program. A Response is compiled while it arrives. The same bytes
   * give the same number again. Rejects with an Error that has `kind`.
   */
  load(source: Response | ArrayBuffer | Uint8Array | WebAssembly.Module, name: string,
       onProgress?: (loaded: number, total: number) => void): Promise<number>;
  /** Lets go of a program nobody will start again. */
  unload(program: number): void;
  /** True for a program with `_initialize` and without `_start`. */
  isReactor(program: number): boolean;
}

/** boot starts Go and returns both. It is called once per worker. */
export type Boot = (config: KernelConfig, host: Host, assets: { wasm: Response | ArrayBuffer | WebAssembly.Module },
                    onProgress?: (loaded: number, total: number) => void)
  => Promise<{ kernel: Kernel; engine: Engine }>;
