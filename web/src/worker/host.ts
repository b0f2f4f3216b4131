// The worker's side of the page: takes its messages to the kernel, and what the
// kernel says to the page.

import { toWire, type CallMessage, type Calls, type Plain, type ToPage, type ToWorker, type WireFiles, type WireSource } from "../protocol";
import { Batch } from "./batch";
import type { Boot, Engine, Host, Kernel } from "./kernel";
import { fetchable, kernelFile } from "./load";
import { openStreams, type Streams } from "./providers";

/** The wire to the page: the worker's global scope, or a port. */
export interface Wire {
  postMessage(message: ToPage, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
  start?(): void;
}

/** Programs that nobody runs and nobody holds are kept up to this number. */
const idlePrograms = 16;

interface Held {
  /** Calls of load that have not been answered by unload. */
  held: number;
  /** Running processes started from it by the page. */
  running: number;
}

/** Serves one page over one wire. */
export class Session implements Host {
  #wire: Wire;
  #boot: Boot;
  #kernel!: Kernel;
  #engine!: Engine;
  #batch: Batch;
  #dead = false;
  #aborts = new Map<number, AbortController>();
  /** What the page has been asked. */
  #asked = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  #lastAsked = 0;
  /** Bytes of stdin passed to each process. */
  #fed = new Map<number, number>();
  /** Least recently used first. */
  #programs = new Map<number, Held>();
  #programOf = new Map<number, number>();
  /** Streams that modules here serve; those of a program that is about to start are not under a number yet. */
  #streams = new Map<number, Streams>();
  #starting: Streams | undefined;

  constructor(wire: Wire, boot: Boot) {
    this.#wire = wire;
    this.#boot = boot;
    this.#batch = new Batch((events, transfer) => this.#post({ t: "events", events }, transfer));
    wire.addEventListener("message", (event) => this.#receive(event.data));
    wire.start?.();
    this.#post({ t: "hello" });
  }

  // What the kernel calls.

  output(pid: number, fd: number, data: Uint8Array): number | undefined {
    const stream = this.#streamsOf(pid)?.[fd];
    if (!stream) return void this.#batch.output(pid, fd, data);
    const { length } = data;
    return stream.write(data.slice(), (errno) => this.#try(() => this.#kernel.taken(pid, fd, length, errno)));
  }

  exited(pid: number, code: number, signal: number, trap: string, failed = false): void {
    this.#fed.delete(pid);
    for (const stream of this.#streamsOf(pid) ?? []) stream?.close();
    this.#streams.delete(pid);
    const program = this.#programOf.get(pid);
    this.#programOf.delete(pid);
    if (program !== undefined) this.#release(program, "running");
    this.#batch.exit(pid, code, signal, trap, failed);
  }

  stdinRead(pid: number, unread: number): void {
    const fed = this.#fed.get(pid);
    if (fed !== undefined) this.#batch.stdin(pid, fed - unread);
  }

  stdinWanted(pid: number): void {
    const stream = this.#streamsOf(pid)?.[0];
    if (!stream) return this.#batch.wanted(pid);
    void stream.read().then((read) => this.#try(() => {
      if (typeof read === "number") this.#kernel.closeStdin(pid, read);
      else this.#write(pid, read);
    }));
  }

  #streamsOf(pid: number): Streams | undefined {
    return this.#streams.get(pid) ?? (this.#fed.has(pid) ? undefined : this.#starting);
  }

  warn(message: string): void {
    this.#post({ t: "warn", message });
  }

  trace(pid: number, line: string): void {
    this.#batch.trace(pid, line);
  }

  page(target: number, method: string, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastAsked;
      this.#asked.set(id, { resolve, reject });
      this.#post({ t: "callback", id, target, method, args });
    });
  }

  fault(message: string): void {
    if (this.#dead) return;
    this.#batch.flush();
    this.#post({ t: "fatal", error: { message, kind: "panic" } });
    this.#dead = true;
  }

  // What the page says.

  #receive(message: ToWorker): void {
    if (this.#dead) return;
    switch (message.t) {
      case "call":
        return void this.#answer(message);
      case "cancel":
        return this.#aborts.get(message.id)?.abort();
      case "ping":
        return this.#post({ t: "pong", n: message.n });
      case "traced":
        return this.#batch.traced(message.n);
      case "write":
        return this.#try(() => this.#write(message.pid, message.data));
      case "close":
        return this.#try(() => this.#kernel.closeStdin(message.pid, message.errno));
      case "taken":
        return this.#try(() => this.#kernel.taken(message.pid, message.fd, message.n, message.errno));
      case "kill":
        return this.#try(() => this.#kernel.kill(message.pid, message.signal));
      case "resize":
        return this.#try(() => this.#kernel.resize(message.pid, message.columns, message.rows));
      case "reply": {
        const asked = this.#asked.get(message.id);
        this.#asked.delete(message.id);
        if (message.error) asked?.reject(message.error);
        else asked?.resolve(message.value);
        return;
      }
    }
  }

  async #answer(message: CallMessage): Promise<void> {
    const { id } = message;
    try {
      const value = await this.#run(message);
      if (message.op === "spawn") return; // has been answered
      this.#post({ t: "done", id, value }, message.op === "readFile" ? [(value as Uint8Array).buffer] : []);
    } catch (error) {
      this.#post({ t: "done", id, error: toWire(error) });
    } finally {
      this.#aborts.delete(id);
    }
  }

  #run({ id, op, args }: CallMessage): unknown {
    switch (op) {
      case "boot":
        return this.#start(id, ...args);
      case "load":
        return this.#load(id, ...args);
      case "unload":
        return this.#release(args[0], "held");
      case "spawn":
        return this.#spawn(id, ...args);
      case "writeFile":
        return this.#writeFile(...args);
      default:
        return this.#plain(op, args);
    }
  }

  #plain<K extends Plain>(op: K, args: Calls[K]["args"]): unknown {
    const value = (this.#kernel[op] as (...args: unknown[]) => unknown)(...args);
    return op === "readFile" ? (value as Promise<Uint8Array>).then(own) : value;
  }

  async #start(id: number, ...[wasm, config, mounts, files]: Calls["boot"]["args"]): Promise<void> {
    const file = await kernelFile(wasm);
    let kernel: Kernel;
    try {
      const booted = await this.#boot(config, this, { wasm: file }, this.#progress(id));
      this.#engine = booted.engine;
      this.#kernel = kernel = booted.kernel;
    } catch (error) {
      const wire = toWire(error);
      throw wire.kind ? error : Object.assign(new Error(`cannot start the kernel: ${wire.message}`), { kind: "load" });
    }
    // Shortest first: a mount point may lie inside another mount.
    for (const [path, spec] of mounts.toSorted(([a], [b]) => a.length - b.length)) await kernel.mount(path, spec);
    await this.#fill(files);
  }

  async #load(id: number, source: WireSource, name: string): Promise<number> {
    const program = await this.#open(id, source, name);
    this.#hold(program).held++;
    return program;
  }

  async #open(id: number, source: WireSource, name: string): Promise<number> {
    if ("program" in source) {
      if (!this.#programs.has(source.program)) throw Object.assign(new Error(`${name}: has been unloaded`), { kind: "unloaded" });
      return source.program;
    }
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    const opened = await fetchable(source, name, abort.signal);
    const program = await this.#engine.load(opened, name, this.#progress(id));
    abort.signal.throwIfAborted();
    return program;
  }

  async #spawn(id: number, ...[source, name, spec, files, input, eof, streams]: Calls["spawn"]["args"]): Promise<void> {
    const opened = streams && (await openStreams(streams, spec.args[0] ?? name, this));
    const program = await this.#open(id, source, name);
    const held = this.#hold(program);
    held.running++; // so that it is not let go of meanwhile
    let pid: number;
    try {
      await this.#fill(files);
      const made = this.#kernel.prepare({ ...spec, program });
      pid = typeof made === "number" ? made : await made;
      this.#batch.hold(() => {
        this.#starting = opened;
        this.#kernel.launch(pid);
        // The page must know the process before it hears from it, and before it may compute for ever.
        this.#post({ t: "done", id, value: pid });
      });
    } catch (error) {
      this.#release(program, "running");
      throw error;
    } finally {
      this.#starting = undefined;
    }
    this.#programOf.set(pid, program);
    this.#fed.set(pid, 0);
    if (opened) this.#streams.set(pid, opened);
    this.#try(() => {
      if (input && input.length > 0) this.#write(pid, input);
      if (eof) this.#kernel.closeStdin(pid);
    });
  }

  async #fill(files: WireFiles): Promise<void> {
    const made = new Set<string>();
    for (const [path, data] of files) {
      const dir = data === null ? path : parent(path);
      if (!made.has(dir)) await this.#kernel.mkdir(dir, true);
      made.add(dir);
      if (data !== null) await this.#kernel.writeFile(path, await bytes(data), false);
    }
  }

  async #writeFile(path: string, data: Uint8Array | Blob, append: boolean, parents: boolean): Promise<void> {
    if (parents) await this.#kernel.mkdir(parent(path), true);
    await this.#kernel.writeFile(path, await bytes(data), append);
  }

  #write(pid: number, data: Uint8Array): void {
    const fed = (this.#fed.get(pid) ?? 0) + data.length;
    const unread = this.#kernel.write(pid, data);
    if (!this.#fed.has(pid)) return; // it ended over this
    this.#fed.set(pid, fed);
    if (unread < data.length) this.#batch.stdin(pid, fed - unread);
  }

  // A message to a process may cross the news of its end.
  #try(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno === undefined) this.failed(error);
    }
  }

  /** Something in the worker threw that should not have. */
  failed(error: unknown): void {
    this.fault(`the kernel failed: ${toWire(error).message}`);
  }

  #hold(program: number): Held {
    const held = this.#programs.get(program) ?? { held: 0, running: 0 };
    this.#programs.delete(program);
    this.#programs.set(program, held);
    return held;
  }

  #release(program: number, by: keyof Held): void {
    const held = this.#programs.get(program);
    if (!held) return;
    held[by]--;
    let idle = 0;
    for (const h of this.#programs.values()) if (h.held + h.running === 0) idle++;
    for (const [old, h] of this.#programs) {
      if (idle <= idlePrograms) break;
      if (h.held + h.running > 0) continue;
      this.#programs.delete(old);
      this.#engine.unload(old);
      idle--;
    }
  }

  #progress(id: number): (loaded: number, total: number) => void {
    return (loaded, total) => this.#post({ t: "progress", id, loaded, total });
  }

  #post(message: ToPage, transfer: Transferable[] = []): void {
    if (!this.#dead) this.#wire.postMessage(message, transfer);
  }
}

function parent(path: string): string {
  return path.slice(0, path.replace(/\/+$/, "").lastIndexOf("/")) || "/";
}

async function bytes(data: Uint8Array | Blob): Promise<Uint8Array> {
  return data instanceof Blob ? new Uint8Array(await data.arrayBuffer()) : data;
}

/** Serves the page that started this worker, and tells it of errors that nobody caught. */
export function serveOwner(boot: Boot): void {
  const session = new Session(self as unknown as Wire, boot);
  self.addEventListener("error", (event) => session.failed(event.error ?? event.message));
  self.addEventListener("unhandledrejection", (event) => session.failed(event.reason));
}

/** own makes sure that nobody else sees the buffer: it is about to be given away. */
function own(data: Uint8Array): Uint8Array {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}
