// A kernel in TypeScript, so that the client can be tested for what a real
// kernel does rarely: to hang, to panic, to print for ever. A program is a JSON
// text, a list of steps:
//
//	["print", fd, text]  ["flood", bytes, size of a write]  ["cat"]  ["hang"]
//	["sleep"]            ["panic"]                          ["exit", code]
//	["trap", message]    ["fail", message]                  ["trace", line]
//	["stdin-size"]       counts stdin to its end and prints how much it was

import type { Boot, DirEntry, Engine, Host, Kernel, KernelConfig, SpawnSpec, StatResult } from "../src/worker/kernel";

type Step = [name: string, ...args: (string | number)[]];

class Failure extends Error {
  constructor(readonly errno: number, readonly code: string, what: string) {
    super(`${code}: ${what}`);
  }
}

const ENOENT = (path: string) => new Failure(44, "ENOENT", path);

class Proc {
  sent = [0, 0, 0]; // bytes of each stream the page has not taken
  input: Uint8Array[] = [];
  unread = 0;
  closed = false;
  dead = false;
  wake: (() => void) | undefined;
  constructor(readonly pid: number, readonly spec: SpawnSpec) {}
}

export class FakeKernel {
  files = new Map<string, Uint8Array | null>([["/", null]]);
  procs = new Map<number, Proc>();
  programs = new Map<number, Step[]>();
  unloaded: number[] = [];
  #next = 1;
  constructor(readonly host: Host, readonly config: KernelConfig) {}

  load(text: string, name: string): number {
    let steps: Step[];
    try {
      steps = JSON.parse(text) as Step[];
    } catch {
      throw Object.assign(new Error(`${name}: is not WebAssembly`), { kind: "not-wasm" });
    }
    const id = this.#next++;
    this.programs.set(id, steps);
    return id;
  }

  /** Every other process takes a while, as with a provider that does. */
  prepare(spec: SpawnSpec): number | Promise<number> {
    if (spec.cwd !== "/" && this.files.get(spec.cwd) !== null) throw ENOENT(spec.cwd);
    const proc = new Proc(this.#next++, spec);
    this.procs.set(proc.pid, proc);
    return proc.pid % 2 ? proc.pid : Promise.resolve(proc.pid);
  }

  launch(pid: number): void {
    const proc = this.procs.get(pid)!;
    queueMicrotask(() => void this.#run(proc, this.programs.get(proc.spec.program)!));
  }

  async #run(proc: Proc, steps: Step[]): Promise<void> {
    for (const [name, ...args] of steps) {
      if (proc.dead) return;
      await this.#step(proc, name, args);
    }
    this.exit(proc, 0);
  }

  async #step(proc: Proc, name: string, args: (string | number)[]): Promise<void> {
    switch (name) {
      case "print":
        return this.#write(proc, args[0] as number, new TextEncoder().encode(args[1] as string));
      case "spec":
        return this.#write(proc, 1, new TextEncoder().encode(JSON.stringify(proc.spec)));
      case "flood":
        for (let left = args[0] as number; left > 0 && !proc.dead; left -= args[1] as number) {
          await this.#write(proc, 1, new Uint8Array(Math.min(left, args[1] as number)).fill(120));
        }
        return;
      case "cat":
        for (let data = await this.#read(proc); data; data = await this.#read(proc)) await this.#write(proc, 1, data);
        return;
      case "stdin-size": {
        let n = 0;
        for (let data = await this.#read(proc); data; data = await this.#read(proc)) n += data.length;
        return this.#write(proc, 1, new TextEncoder().encode(String(n)));
      }
      case "sleep":
        while (!proc.dead) await new Promise<void>((wake) => void (proc.wake = wake));
        return;
      case "hang": // in the very task that started the program: nothing from the page comes between
        for (;;);
      case "panic":
        return this.host.fault("the kernel failed: a test asked for it");
      case "throw":
        throw new Error("a test asked for it");
      case "trap":
        return this.exit(proc, 134, 0, args[0] as string);
      case "fail":
        return this.exit(proc, 125, 0, args[0] as string, true);
      case "trace":
        return proc.spec.trace ? this.host.trace(proc.pid, args[0] as string) : undefined;
      case "child-trace":
        return this.host.trace(proc.pid + 1000, args[0] as string);
      case "warn":
        return this.host.warn(args[0] as string);
      case "exit":
        return this.exit(proc, args[0] as number);
      default:
        throw new Error(`no step ${name}`);
    }
  }

  async #write(proc: Proc, fd: number, data: Uint8Array): Promise<void> {
    const window = this.config.outputWindow ?? 256 << 10;
    while (!proc.dead && proc.sent[fd]! >= window) await new Promise<void>((wake) => void (proc.wake = wake));
    if (proc.dead) return;
    proc.sent[fd]! += data.length;
    this.host.output(proc.pid, fd, data.slice());
  }

  async #read(proc: Proc): Promise<Uint8Array | undefined> {
    while (!proc.dead && proc.input.length === 0 && !proc.closed && proc.spec.stdin !== "null") {
      this.host.stdinWanted(proc.pid);
      await new Promise<void>((wake) => void (proc.wake = wake));
    }
    const data = proc.input.shift();
    if (data) {
      proc.unread -= data.length;
      this.host.stdinRead(proc.pid, proc.unread);
    }
    return data;
  }

  exit(proc: Proc, code: number, signal = 0, trap = "", failed = false): void {
    if (proc.dead) return;
    proc.dead = true;
    proc.wake?.();
    this.procs.delete(proc.pid);
    (this.host.exited as (...args: unknown[]) => void)(proc.pid, code, signal, trap, failed);
  }

  proc(pid: number): Proc {
    const proc = this.procs.get(pid);
    if (!proc) throw new Failure(71, "ESRCH", `no process ${pid}`);
    return proc;
  }

  entry(path: string): Uint8Array | null {
    const entry = this.files.get(path);
    if (entry === undefined) throw ENOENT(path);
    return entry;
  }
}

function stat(entry: Uint8Array | null): StatResult {
  return { type: entry ? "file" : "directory", mode: entry ? 0o644 : 0o755, size: entry?.length ?? 0, dev: 1, ino: 1, nlink: 1, mtimeMs: 1000, atimeMs: 1000, ctimeMs: 1000 };
}

export const boot: Boot = async (config, host, assets, onProgress) => {
  const bytes = assets.wasm instanceof Response ? await assets.wasm.arrayBuffer() : (assets.wasm as ArrayBuffer);
  onProgress?.(bytes.byteLength, bytes.byteLength);
  const k = new FakeKernel(host, config);
  const kernel = {
    prepare: (spec) => k.prepare(spec),
    launch: (pid) => k.launch(pid),
    write(pid, data) {
      const proc = k.proc(pid);
      proc.input.push(data);
      proc.unread += data.length;
      proc.wake?.();
      return proc.unread;
    },
    closeStdin(pid) {
      const proc = k.proc(pid);
      proc.closed = true;
      proc.wake?.();
    },
    taken(pid, fd, n) {
      const proc = k.proc(pid);
      proc.sent[fd]! -= n;
      if (proc.sent[fd]! < 0) throw new Error("more was taken than there was");
      proc.wake?.();
    },
    kill: (pid, signal) => k.exit(k.proc(pid), 128 + signal, signal),
    resize(pid, columns, rows) {
      host.output(k.proc(pid).pid, 1, new TextEncoder().encode(`${columns}x${rows}`));
    },
    call: async (_pid, name, args) => [name, args],
    async mount(path, spec) {
      k.files.set(path, null);
      k.files.set(`${path}/mounted`, new TextEncoder().encode(JSON.stringify(spec)));
    },
    async unmount(path) {
      k.files.delete(path);
    },
    async check(path, repair) {
      return [`${path} ${repair}`];
    },
    async sync() {},
    readFile: async (path) => k.entry(path)!.slice(),
    async writeFile(path, data, append) {
      const old = append ? k.files.get(path) : undefined;
      k.files.set(path, old ? new Uint8Array([...old, ...data]) : data.slice());
    },
    readDir: async (path) => {
      k.entry(path);
      const prefix = path === "/" ? "/" : `${path}/`;
      return [...k.files].filter(([p]) => p !== "/" && p.startsWith(prefix) && !p.slice(prefix.length).includes("/"))
        .map(([p, entry]): DirEntry => ({ name: p.slice(prefix.length), type: stat(entry).type }));
    },
    stat: async (path) => stat(k.entry(path)),
    async mkdir(path, recursive) {
      if (!recursive && k.files.has(path)) throw new Failure(20, "EEXIST", path);
      for (let at = path; at; at = at.slice(0, at.lastIndexOf("/"))) k.files.set(at, null);
    },
    async remove(path) {
      k.entry(path);
      k.files.delete(path);
    },
    async rename(from, to) {
      k.files.set(to, k.entry(from));
      k.files.delete(from);
    },
    async symlink() {},
    async link() {},
    readlink: async (path) => path,
    async setAttr(path, _follow, { size }) {
      if (size !== undefined) k.files.set(path, k.entry(path)!.slice(0, size));
    },
    live: () => ({ processes: k.procs.size, threads: k.procs.size, timers: 0, waiters: 0, memories: k.programs.size }),
    snapshot: async () => 1,
    restore: async () => {},
    release: async () => {},
    memory: () => ({ heap: 1, total: 2, programs: k.programs.size }),
  } satisfies Kernel;
  const engine: Engine = {
    async load(source, name, progress) {
      const body = source instanceof WebAssembly.Module ? "a module" : source;
      const response = body instanceof Response ? body : new Response(body as ArrayBuffer);
      if (!response.ok) throw Object.assign(new Error(`${name}: the server answered ${response.status}`), { kind: "fetch" });
      const text = await response.text();
      progress?.(text.length, text.length);
      return k.load(text, name);
    },
    unload: (program) => void k.programs.delete(program),
    isReactor: () => false,
  };
  return { kernel, engine };
};
