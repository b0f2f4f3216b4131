// Enters guests. The kernel (Go) decides; this file compiles, instantiates and
// owns the promises. A guest's calls do not pass here: they go from the shim
// straight to Go's exports.

import type { Engine } from "./kernel";
import { Alarm } from "./alarm";
import { Asyncify } from "./asyncify";
import { compile, LoadError, type Compiled, type ProgramCallbacks } from "./compile";
import { Contexts, type Stacks } from "./contexts";
import { isShared, MemoryPool } from "./memory";
import { Spares } from "./spares";
import { begin, hear, keep, renew, setStack, stateOf, type Process, type Shim, type Task } from "./task";
import { inGuest, startError, trapMessage } from "./trap";

/** Exports of the Go program that this file calls. All numbers are i32. */
export interface GoExports extends Record<string, unknown> {
  mem: WebAssembly.Memory;
  task_started(slot: number): void;
  memory_ready(slot: number): void;
  task_done(slot: number): void;
  task_ending(slot: number): number;
  task_idle(slot: number): number;
  task_resumed(slot: number): number;
  task_unwound(slot: number): number;
  context_ended(slot: number, threw: number): void;
  next_signal(slot: number): number;
  expire(): void;
  tick(): void;
  stored(id: number): void;
  /** Gives a place for so many bytes. */
  port_buffer(n: number): number;
  port_prepare(): number;
  port_launch(pid: number): number;
}

/** Generated modules that are the same for every guest. */
export type Modules = Record<"runLoop" | "bridge" | "bridgeShared" | "clone" | "cloneShared" | "probe", WebAssembly.Module>;

/** Functions that Go registers for this file. */
export interface EngineCallbacks extends ProgramCallbacks {
  /** The page lets go of a program: true when the kernel does not have it. */
  unload(program: number): boolean;
  trapped(slot: number, message: string): void;
  failed(slot: number, message: string): void;
}

/** Where a thread starts (jsbridge/engine.go). */
const enum Entry { Main, Thread, OldThread }

interface Parked { resolve(): void }

/** So many processes have memories in every browser; Chromium ends at about 120. */
const MANY = 80;

/** Stands for a task that is to go on, and has not come to park yet: one that yields. */
const early = { resolve() {}, promise: Promise.resolve() };

type RunFn = (entry: Function, slot: number, ...args: unknown[]) => Promise<void>;

interface Loops { run: RunFn; run_i32_i32: RunFn; run_i64: RunFn }

/** One per worker. Constructed before Go starts; attach() completes it. */
export class GuestEngine implements Engine {
  private go!: GoExports;
  private callbacks!: EngineCallbacks;
  private programs = new Map<number, Compiled>();
  private byHash = new Map<string, number>();
  private pinned = new Set<number>(); // programs that the page has loaded
  private pool: MemoryPool | undefined;
  private processes = new Map<number, Process>();
  private parked: (Parked | undefined)[] = [];
  private bridges!: { plain: WebAssembly.Module; shared: WebAssembly.Module };
  private table!: WebAssembly.Table;
  private loops!: Loops;
  private tasks: (Task | undefined)[] = [];
  private asyncify!: Asyncify;
  private contexts!: Contexts;
  private block: unknown;
  private probe!: WebAssembly.ExportValue;
  private clock!: WebAssembly.Exports;
  private alarm = new Alarm(() => this.go.expire());
  private channel = new MessageChannel();
  private kicked = false;

  constructor(private readonly trampolines: WebAssembly.Exports, private readonly kickGo: () => void) {
    this.table = trampolines.table as WebAssembly.Table;
    this.channel.port1.onmessage = () => this.go.tick();
    const parked = this.parked;
    this.block = new WebAssembly.Suspending((slot: number) => {
      if (this.contexts.leaving === slot)
        return this.contexts.leave((resolve) => {
          if (parked[slot] === early) {
            parked[slot] = undefined;
            resolve();
          } else parked[slot] = { resolve };
        });
      if (parked[slot] === early) {
        parked[slot] = undefined;
        return early.promise;
      }
      return new Promise<void>((resolve) => { parked[slot] = { resolve }; });
    });
  }

  /** The functions Go imports as "host". */
  imports(memory: () => WebAssembly.Memory): WebAssembly.ModuleImports {
    const clock = performance; // the global is an accessor, which costs more than the clock
    const parked = this.parked;
    const post = this.channel.port2;
    return {
      now: () => clock.now(),
      origin: () => clock.timeOrigin,
      alarm: (at: number) => this.alarm.set(at),
      resolve: (slot: number) => {
        const p = parked[slot];
        parked[slot] = p ? undefined : early;
        p?.resolve();
      },
      end: (slot: number) => queueMicrotask(() => this.done(slot)),
      tick: () => post.postMessage(0),
      kick: () => this.kick(),
      start: (slot: number, pid: number, program: number, bridge: number, entry: Entry, a: number, b: bigint, stack: number) =>
        queueMicrotask(() => this.start(slot, pid, program, bridge, entry, a, b, stack)),
      ready: (pid: number, program: number) => this.ready(pid, program) ? 1 : 0,
      unload: (program: number) => {
        if (this.pinned.has(program)) return 0;
        this.drop(program);
        return 1;
      },
      asyncify: (slot: number, op: number, data: number) => this.asyncify.call(this.tasks[slot]!, op, data),
      globals: (slot: number, ptr: number, max: number) =>
        this.asyncify.globals(this.tasks[slot]!, new BigUint64Array(memory().buffer, ptr >>> 0, max)),
      set_globals: (slot: number, ptr: number, n: number) =>
        this.asyncify.setGlobals(this.tasks[slot]!, new BigUint64Array(memory().buffer, ptr >>> 0, n)),
      clone: (slot: number, child: number, pid: number, bridge: number, share: number) =>
        this.clone(slot, child, pid, bridge, share !== 0),
      new_context: (slot: number, id: number, entry: number, page: number) => this.contexts.create(slot, id, entry, page),
      switch_context: (slot: number, id: number) => this.contexts.to(slot, id),
      end_context: (slot: number, id: number) => this.contexts.end(slot, id),
      forget: (pid: number) => this.forget(pid),
      program: (slot: number) => this.tasks[slot]?.program.id ?? 0,
      handler: (slot: number, ptr: number, n: number) => {
        const { process } = this.tasks[slot]!;
        process.handler = new TextDecoder().decode(new Uint8Array(memory().buffer, ptr >>> 0, n));
        for (const t of this.tasks) if (t?.process === process) hear(t);
      },
      random: (ptr: number, n: number) => {
        crypto.getRandomValues(new Uint8Array(memory().buffer, ptr >>> 0, n));
      },
    };
  }

  /** Completes the engine once Go runs. */
  attach(go: GoExports, callbacks: EngineCallbacks, m: Modules, clock: WebAssembly.Exports): void {
    this.clock = clock;
    this.go = go;
    this.callbacks = callbacks;
    this.bridges = { plain: m.bridge, shared: m.bridgeShared };
    const loop = new WebAssembly.Instance(m.runLoop, { k: { after: go.task_unwound } }).exports;
    const promising = (name: keyof Loops) => WebAssembly.promising(loop[name] as Function) as RunFn;
    this.loops = { run: promising("run"), run_i32_i32: promising("run_i32_i32"), run_i64: promising("run_i64") };
    this.asyncify = new Asyncify(m.clone, m.cloneShared);
    const { tasks, parked } = this;
    this.contexts = new Contexts({ go, callbacks, loop: loop as Stacks["loop"], tasks, wake: (slot) => { parked[slot] = early; } });
    this.pool = new MemoryPool(this.asyncify);
    this.probe = new WebAssembly.Instance(m.probe, { k: { sink() {} } }).exports.probe!;
  }

  async load(source: Response | ArrayBuffer | Uint8Array | WebAssembly.Module, name: string,
             onProgress?: (loaded: number, total: number) => void): Promise<number> {
    const id = await this.compiled(source, name, onProgress);
    this.pinned.add(id);
    return id;
  }

  /** Loads a program out of the file tree: done gets its number, or what is wrong. */
  loadFile(bytes: Uint8Array, name: string, done: (result: number | string) => void): void {
    this.compiled(bytes, name).then(done, (e: Error) => done(e.message));
  }

  private async compiled(source: Response | ArrayBuffer | Uint8Array | WebAssembly.Module, name: string,
                         onProgress?: (loaded: number, total: number) => void): Promise<number> {
    const c = await compile(source, name, this.callbacks, onProgress,
      (hash) => this.byHash.get(hash));
    if (typeof c === "number") return c;
    this.programs.set(c.id, c);
    this.byHash.set(c.hash, c.id);
    return c.id;
  }

  unload(program: number): void {
    this.pinned.delete(program);
    if (this.callbacks.unload(program)) this.drop(program);
  }

  private drop(program: number): void {
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

  /** Number of tasks that have an instance or are parked, and of contexts. */
  stacks(): number {
    let n = this.contexts.stacks;
    for (let i = Math.max(this.tasks.length, this.parked.length); i--;) if (this.tasks[i] ?? this.parked[i]) n++;
    return n;
  }

  /** Calls an export of a reactor; calls of one process run one after another. */
  call(pid: number, slot: number, name: string, args: unknown[]): Promise<unknown> {
    const p = this.processes.get(pid);
    if (!p?.main) return Promise.reject(new Error(`process ${pid} does not run`));
    const f = p.main.exports[name];
    if (typeof f !== "function") return Promise.reject(new Error(`the program exports no function ${JSON.stringify(name)}`));
    const result = p.calls.then(async () => {
      if (this.tasks[slot]?.process !== p) throw new Error(`process ${pid} has ended`);
      this.go.task_started(slot);
      try {
        return await (WebAssembly.promising(f as Function) as (...a: unknown[]) => Promise<unknown>)(...args);
      } catch (e) {
        const asked = this.go.task_ending(slot) !== 0;
        this.ended(slot, e);
        throw asked ? new Error(`process ${pid} has ended`) : e;
      }
    });
    p.calls = result.then(() => this.idle(slot), () => {});
    return result;
  }

  /** A call into a library has returned. */
  private idle(slot: number): void {
    if (this.go.task_idle(slot) !== 0) this.done(slot);
  }

  private kick(): void {
    if (this.kicked) return;
    this.kicked = true;
    queueMicrotask(() => {
      this.kicked = false;
      this.kickGo();
    });
  }

  /** Makes an instance for the task, unless a fork has made it, and enters it. */
  private start(slot: number, pid: number, program: number, bridge: number, entry: Entry, a: number, b: bigint, stack: number): void {
    const go = this.go;
    if (go.task_ending(slot)) return this.done(slot); // its process has ended meanwhile
    let entered: Promise<void>;
    let task: Task;
    try {
      task = this.tasks[slot] ?? this.instantiate(slot, pid, program, bridge);
      if (stack) setStack(task.instance, stack);
      task.process.unstarted = undefined;
      go.task_started(slot);
      entered = this.enter(slot, task, entry, a, b);
    } catch (e) {
      this.tasks[slot] = undefined;
      this.contexts.endAll(slot);
      // Its start section may have run, and even have ended the process.
      if (go.task_ending(slot) === 0) {
        if (inGuest(e)) this.callbacks.trapped(slot, trapMessage(e));
        else this.callbacks.failed(slot, startError(e));
      }
      go.task_done(slot);
      this.parked[slot] = undefined; // what waits in a start section is told to go on, and is not parked
      return;
    }
    if (task.program.reactor) {
      task.process.calls = entered.then(() => this.idle(slot), (e) => this.ended(slot, e));
      return;
    }
    entered.then(() => this.done(slot), (e) => this.ended(slot, e));
  }

  private enter(slot: number, task: Task, entry: Entry, a: number, b: bigint): Promise<void> {
    const x = task.instance.exports;
    switch (entry) {
      case Entry.Thread: return this.loops.run_i32_i32(x.wasi_thread_start as Function, slot, a, Number(b));
      case Entry.OldThread:
        if (task.program.oldThreadPair)
          return this.loops.run_i32_i32(x._start_thread as Function, slot, Number(b & 0xffffffffn) | 0, Number(b >> 32n) | 0);
        return this.loops.run_i64(x._start_thread as Function, slot, b);
    }
    return this.loops.run(x[task.program.reactor ? "_initialize" : "_start"] as Function, slot);
  }

  private instantiate(slot: number, pid: number, program: number, bridge: number): Task {
    const process = this.process(pid, program);
    const task = process.spares.take(slot);
    if (!task) return this.link(slot, process.program, process, bridge);
    this.go.memory_ready(slot);
    renew(task);
    return (this.tasks[slot] = task);
  }

  /** A process, made when it is new, with its memory if it does not make that itself. */
  private process(pid: number, program: number): Process {
    let process = this.processes.get(pid);
    if (process) return process;
    const compiled = this.programs.get(program);
    if (!compiled) throw new LoadError("fetch", `program ${program} is not loaded`);
    process = { program: compiled, shared: false, handler: "__wasm_signal", calls: Promise.resolve(), spares: new Spares() };
    if (compiled.memory) {
      process.memory = this.pool!.take(compiled.memory, compiled.memory.min);
      process.shared = compiled.memory.shared;
    }
    this.processes.set(pid, process);
    return process;
  }

  /** Makes a process before it starts: false when there is no memory for it. */
  private ready(pid: number, program: number): boolean {
    if (this.processes.get(pid)?.main) return true; // a fork, which has its memory
    try {
      // One that makes its memory itself would find out too late.
      if (!this.process(pid, program).program.memory && this.processes.size > MANY) new WebAssembly.Memory({ initial: 0 });
      return true;
    } catch (e) {
      this.processes.delete(pid);
      return !(e instanceof RangeError); // anything else is said at the start
    }
  }

  /** Makes the shim and the instance of a task; process.memory is there if the program imports one. */
  private link(slot: number, program: Compiled, process: Process, bridge: number): Task {
    const go = this.go;
    if (process.memory && !process.main) this.connect(process, bridge);
    if (process.memory) go.memory_ready(slot);
    const shim = this.shim(program, slot, bridge);
    const instance = new WebAssembly.Instance(program.module, program.link(shim.exports, process.memory));
    const own = program.memoryExport ? instance.exports[program.memoryExport] : undefined;
    if (!process.memory && own instanceof WebAssembly.Memory) {
      process.memory = own;
      process.shared = isShared(process.memory);
      this.connect(process, bridge);
      go.memory_ready(slot);
    }
    const state = process.main && stateOf(program, instance);
    if (program.state.length) begin(instance);
    process.main ??= instance;
    const waits = instance.exports.__wasix_wait;
    if (waits instanceof WebAssembly.Table)
      for (let i = 0; i < 3; i++) waits.set(i, shim.exports[program.imports + i] as Function);
    const task: Task = { process, program, instance, shim, state };
    hear(task);
    this.asyncify.note(task);
    return (this.tasks[slot] = task);
  }

  /** What a guest's imports are. It depends on nothing but these three, so that of a task that has ended serves again. */
  private shim(program: Compiled, slot: number, bridge: number): Shim {
    const spare = program.shims.take(slot);
    if (spare?.bridge === bridge) return spare;
    const go = this.go;
    const signals = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
    const { exports } = new WebAssembly.Instance(program.shim, {
      go: go as unknown as WebAssembly.ModuleImports,
      k: {
        tid: new WebAssembly.Global({ value: "i32" }, slot),
        block: this.block as WebAssembly.ImportValue,
        probe: this.probe,
        yields: this.trampolines.yields!,
        clocks: this.clock.left!,
        monotonic: this.clock.monotonic!,
        bridge: new WebAssembly.Global({ value: "i32" }, bridge),
        resumed: go.task_resumed,
        next_signal: go.next_signal,
        sig: signals,
      },
    });
    return { exports, signals, bridge };
  }

  /** Makes the instance of a forked child. 0, or 1 when there is no memory for it. */
  private clone(slot: number, child: number, pid: number, bridge: number, share: boolean): number {
    const from = this.tasks[slot]!;
    const process: Process = { program: from.program, shared: from.process.shared, handler: from.process.handler,
      calls: Promise.resolve(), spares: new Spares() };
    // What does not look whether its memory is initialized already, initializes it again.
    const early = from.program.memory?.shared;
    try {
      if (share) {
        const m = process.memory = from.process.memory!;
        m.users = (m.users ?? 1) + 1;
      } else if (from.program.memory) {
        const pages = from.process.memory!.buffer.byteLength >>> 16;
        process.memory = this.pool!.take(from.program.memory, pages, early);
        if (early) this.asyncify.copy(from.process.memory!, process.memory, process.shared);
      }
      this.processes.set(pid, process);
      const task = this.link(child, from.program, process, bridge);
      if (!share && !early) {
        // Its instance has initialized it, so it is no new memory any more.
        const want = from.process.memory!.buffer.byteLength, have = process.memory!.buffer.byteLength;
        process.memory!.used = true;
        if (want > have) process.memory!.grow((want - have) >>> 16);
        this.asyncify.copy(from.process.memory!, process.memory!, process.shared);
      }
      this.asyncify.inherit(from, task);
      this.asyncify.tables(from, task);
      process.unstarted = child;
      return 0;
    } catch {
      this.tasks[child] = undefined;
      this.processes.set(pid, process);
      this.forget(pid);
      return 1;
    }
  }

  /** Lets go of a process, whose tasks have ended. */
  private forget(pid: number): void {
    const p = this.processes.get(pid);
    this.processes.delete(pid);
    if (p?.unstarted !== undefined) this.tasks[p.unstarted] = undefined;
    const m = p?.memory;
    if (!m) return;
    m.users = (m.users ?? 1) - 1;
    if (m.users > 0) return;
    if (p.program.memory) this.pool!.give(m, p.program.memory);
  }

  private done(slot: number): void {
    const stacks = this.contexts.endAll(slot);
    if (stacks) return void stacks.then(() => this.done(slot));
    const task = this.tasks[slot];
    this.tasks[slot] = undefined;
    this.go.task_done(slot);
    if (task) keep(slot, task);
  }

  /** A task's stack was unwound by an exception: by the kernel's wish, or not. */
  private ended(slot: number, e: unknown): void {
    if (this.go.task_ending(slot) === 0) this.callbacks.trapped(slot, trapMessage(e));
    this.done(slot);
  }

  private connect(p: Process, slot: number): void {
    const m = p.memory!;
    m.connect ??= new WebAssembly.Instance(p.shared ? this.bridges.shared : this.bridges.plain, {
      go: { mem: this.go.mem },
      guest: { mem: m },
      k: { table: this.table },
    }).exports.connect as (slot: number) => void;
    m.connect(slot);
  }
}
