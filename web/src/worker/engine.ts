// Enters guests. The kernel (Go) decides; this file compiles, instantiates and
// owns the promises. A guest's calls do not pass here: they go from the shim
// straight to Go's exports.

import type { Engine, LoadErrorKind } from "./kernel";
import { compile, type Compiled } from "./compile";

/** Exports of the Go program that this file calls. All numbers are i32. */
export interface GoExports extends Record<string, unknown> {
  mem: WebAssembly.Memory;
  task_started(slot: number): void;
  memory_ready(slot: number): void;
  task_done(slot: number): void;
  task_ending(slot: number): number;
  task_resumed(slot: number): number;
  next_signal(slot: number): number;
  expire(): void;
  tick(): void;
}

/** What Go tells about a program from its first sections (jsbridge/program.go). */
export interface Inspection {
  /** The program's number. */
  id: number;
  need?: number;
  error?: { kind: LoadErrorKind; message: string };
  shim: Uint8Array;
  memory?: { min: number; max: number; shared: boolean };
  reactor: boolean;
}

/** Functions that Go registers for this file. */
export interface EngineCallbacks {
  inspect(head: Uint8Array, name: string): Inspection;
  /** Generated modules, by name. */
  modules: { runLoop: Uint8Array; bridge: Uint8Array; bridgeShared: Uint8Array; probe: Uint8Array };
  trapped(slot: number, message: string): void;
  failed(slot: number, message: string): void;
}

interface Process {
  memory?: WebAssembly.Memory;
  shared: boolean;
  main?: WebAssembly.Instance;
  calls: Promise<unknown>;
}

interface Parked { resolve(): void }

/** An error of loading a program; the client turns it into a ProgramError. */
export class LoadError extends Error {
  constructor(readonly kind: LoadErrorKind, message: string) {
    super(message);
    this.name = "ProgramError";
  }
}

type RunFn = (entry: Function, slot: number, ...args: unknown[]) => Promise<void>;

/** One per worker. Constructed before Go starts; attach() completes it. */
export class GuestEngine implements Engine {
  private go!: GoExports;
  private callbacks!: EngineCallbacks;
  private programs = new Map<number, Compiled>();
  private byHash = new Map<string, number>();
  private processes = new Map<number, Process>();
  private parked: (Parked | undefined)[] = [];
  private bridges!: { plain: WebAssembly.Module; shared: WebAssembly.Module };
  private table!: WebAssembly.Table;
  private run!: RunFn;
  private block: unknown;
  private probe!: WebAssembly.ExportValue;
  private alarmTimer: ReturnType<typeof setTimeout> | undefined;
  private channel = new MessageChannel();
  private kicked = false;

  constructor(private readonly trampolines: WebAssembly.Exports, private readonly kickGo: () => void) {
    this.table = trampolines.table as WebAssembly.Table;
    this.channel.port1.onmessage = () => this.go.tick();
    const parked = this.parked;
    this.block = new WebAssembly.Suspending((slot: number) =>
      new Promise<void>((resolve) => { parked[slot] = { resolve }; }));
  }

  /** The functions Go imports as "host". */
  imports(memory: () => WebAssembly.Memory): WebAssembly.ModuleImports {
    const origin = performance.timeOrigin;
    const parked = this.parked;
    const post = this.channel.port2;
    return {
      now: () => performance.now(),
      wall: () => origin + performance.now(),
      alarm: (at: number) => this.setAlarm(at),
      resolve: (slot: number) => {
        const p = parked[slot]!;
        parked[slot] = undefined;
        p.resolve();
      },
      tick: () => post.postMessage(0),
      kick: () => this.kick(),
      start: (slot: number, pid: number, program: number, bridge: number) =>
        queueMicrotask(() => this.start(slot, pid, program, bridge)),
      forget: (pid: number) => { this.processes.delete(pid); },
      random: (ptr: number, n: number) => {
        crypto.getRandomValues(new Uint8Array(memory().buffer, ptr >>> 0, n));
      },
    };
  }

  /** Completes the engine once Go runs. */
  attach(go: GoExports, callbacks: EngineCallbacks): void {
    this.go = go;
    this.callbacks = callbacks;
    const m = callbacks.modules;
    this.bridges = { plain: wasm(m.bridge), shared: wasm(m.bridgeShared) };
    const loop = new WebAssembly.Instance(wasm(m.runLoop), { k: { after: () => 0 } });
    this.probe = new WebAssembly.Instance(wasm(m.probe)).exports.probe!;
    this.run = WebAssembly.promising(loop.exports.run as Function) as RunFn;
  }

  async load(source: Response | ArrayBuffer | Uint8Array | WebAssembly.Module, name: string,
             onProgress?: (loaded: number, total: number) => void): Promise<number> {
    const c = await compile(source, name, this.callbacks, onProgress,
      (hash) => this.byHash.get(hash));
    if (typeof c === "number") return c;
    this.programs.set(c.id, c);
    this.byHash.set(c.hash, c.id);
    return c.id;
  }

  unload(program: number): void {
    const c = this.programs.get(program);
    if (c) this.byHash.delete(c.hash);
    this.programs.delete(program);
  }

  isReactor(program: number): boolean {
    return this.programs.get(program)?.reactor ?? false;
  }

  /** Number of guest memories alive. */
  memories(): number {
    let n = 0;
    for (const p of this.processes.values()) if (p.memory) n++;
    return n;
  }

  /** Calls an export of a reactor; calls of one process run one after another. */
  call(pid: number, slot: number, name: string, args: unknown[]): Promise<unknown> {
    const p = this.processes.get(pid);
    if (!p?.main) return Promise.reject(new Error(`process ${pid} does not run`));
    const f = p.main.exports[name];
    if (typeof f !== "function") return Promise.reject(new Error(`the program exports no function ${JSON.stringify(name)}`));
    const result = p.calls.then(() => {
      this.go.task_started(slot);
      return (WebAssembly.promising(f as Function) as (...a: unknown[]) => Promise<unknown>)(...args);
    });
    p.calls = result.catch((e) => this.ended(slot, e));
    return result;
  }

  private kick(): void {
    if (this.kicked) return;
    this.kicked = true;
    queueMicrotask(() => {
      this.kicked = false;
      this.kickGo();
    });
  }

  // Timers of the browser clamp to 4 ms once nested; what is due earlier is
  // waited for in turns of the event loop.
  private setAlarm(at: number): void {
    clearTimeout(this.alarmTimer);
    this.alarmTimer = undefined;
    if (at === 0) return;
    const wait = at - performance.now();
    if (wait > 5) {
      // setTimeout takes at most 2^31-1 ms; expire() asks again.
      this.alarmTimer = setTimeout(() => this.setAlarm(at), Math.min(wait - 4, 0x7fffffff));
      return;
    }
    this.spin(at);
  }

  private spinAt = 0;
  private spinChannel: MessageChannel | undefined;

  private spin(at: number): void {
    this.spinAt = at;
    this.alarmTimer = -1 as unknown as ReturnType<typeof setTimeout>;
    if (!this.spinChannel) {
      this.spinChannel = new MessageChannel();
      this.spinChannel.port1.onmessage = () => {
        if (this.alarmTimer !== (-1 as unknown)) return;
        if (performance.now() >= this.spinAt) {
          this.alarmTimer = undefined;
          this.go.expire();
        } else {
          this.spinChannel!.port2.postMessage(0);
        }
      };
    }
    this.spinChannel.port2.postMessage(0);
  }

  /** Makes an instance for the task and enters it. */
  private start(slot: number, pid: number, program: number, bridge: number): void {
    const go = this.go;
    let entry: Function;
    let compiled: Compiled;
    let process: Process;
    try {
      compiled = this.programs.get(program)!;
      if (!compiled) throw new LoadError("fetch", `program ${program} is not loaded`);
      process = this.processes.get(pid) ?? { shared: false, calls: Promise.resolve() };
      this.processes.set(pid, process);
      if (compiled.memory && !process.memory) {
        process.memory = newMemory(compiled.memory);
        process.shared = compiled.memory.shared;
        this.connect(process, bridge);
        go.memory_ready(slot);
      }
      const signals = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
      const shim = new WebAssembly.Instance(compiled.shim, {
        go: go as unknown as WebAssembly.ModuleImports,
        k: {
          tid: new WebAssembly.Global({ value: "i32" }, slot),
          block: this.block as WebAssembly.ImportValue,
          probe: this.probe,
          resumed: go.task_resumed,
          next_signal: go.next_signal,
          sig: signals,
        },
      });
      const instance = new WebAssembly.Instance(compiled.module, compiled.link(shim.exports, process.memory));
      process.main ??= instance;
      if (!process.memory) {
        const memory = instance.exports.memory;
        if (!(memory instanceof WebAssembly.Memory)) throw new LoadError("no-memory", "the program exports no memory");
        process.memory = memory;
        process.shared = isShared(memory);
        this.connect(process, bridge);
        go.memory_ready(slot);
      }
      const handler = instance.exports.__wasm_signal;
      if (typeof handler === "function") signals.set(0, handler);
      entry = instance.exports[compiled.reactor ? "_initialize" : "_start"] as Function;
    } catch (e) {
      this.callbacks.failed(slot, startError(e));
      go.task_done(slot);
      return;
    }
    go.task_started(slot);
    const entered = this.run(entry, slot);
    if (compiled.reactor) {
      process.calls = entered.catch((e) => this.ended(slot, e));
      return;
    }
    entered.then(() => go.task_done(slot), (e) => this.ended(slot, e));
  }

  /** A task's stack was unwound by an exception: by the kernel's wish, or not. */
  private ended(slot: number, e: unknown): void {
    if (this.go.task_ending(slot) === 0) this.callbacks.trapped(slot, trapMessage(e));
    this.go.task_done(slot);
  }

  private connect(p: Process, slot: number): void {
    new WebAssembly.Instance(p.shared ? this.bridges.shared : this.bridges.plain, {
      go: { mem: this.go.mem },
      guest: { mem: p.memory! },
      k: { table: this.table, slot: new WebAssembly.Global({ value: "i32" }, slot) },
    });
  }
}

function wasm(bytes: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(bytes as BufferSource);
}

function newMemory(m: { min: number; max: number; shared: boolean }): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: m.min, maximum: m.max, shared: m.shared });
}

function isShared(m: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer === "function" ? m.buffer instanceof SharedArrayBuffer
    : Object.prototype.toString.call(m.buffer) === "[object SharedArrayBuffer]";
}

/** The engine's words for a trap, and the wasm stack without our own frames. */
function trapMessage(e: unknown): string {
  if (typeof WebAssembly.Exception === "function" && e instanceof WebAssembly.Exception)
    return "uncaught exception thrown by the program";
  if (!(e instanceof Error)) return String(e);
  const what = e instanceof RangeError ? "stack overflow: " + e.message : e.message;
  const frames = (e.stack ?? "").split("\n").filter((l) => /wasm-function|wasm:/.test(l) && !/\(wasm:\/\/wasm\/[0-9a-f]*run/.test(l));
  return [what, ...frames.slice(0, 50)].join("\n");
}

function startError(e: unknown): string {
  if (e instanceof RangeError) return `out of memory: ${e.message}`;
  if (e instanceof WebAssembly.LinkError) return `link error: ${e.message}`;
  if (e instanceof Error) return e.message;
  return String(e);
}
