// One worker and everything that is under way in it.

import type { CallMessage, CallName, Calls, ProcessEvent, ToPage, ToWorker } from "../protocol";
import { KernelError, WASIXError, fromWire } from "./errors";
import type { Process } from "./process";
import type { Channel } from "./start_worker";

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  progress?: (loaded: number, total: number) => void;
}

export interface ConnectionHooks {
  warn(message: string): void;
  /** The worker had to be ended because a program did not answer. */
  replaced(): void;
  /** The kernel has failed. */
  failed(error: KernelError): void;
  /** The worker calls something that lives on the page. */
  callback(message: Extract<ToPage, { t: "callback" }>, reply: (message: ToWorker, transfer?: Transferable[]) => void): unknown;
}

/** What a call may ask for besides its answer. */
export interface CallOptions {
  transfer?: Transferable[];
  progress?: (loaded: number, total: number) => void;
  /** Turns the answer into something before any later message is looked at. */
  then?: (value: never) => unknown;
  signal?: AbortSignal;
}

export class Connection {
  #channel: Channel;
  #hooks: ConnectionHooks;
  #graceMs: number;
  #pending = new Map<number, Pending>();
  #processes = new Map<number, Process>();
  #lastId = 0;
  #dead: Error | undefined;
  #heard = 0; // how many messages have come
  #taken = new Map<Process, Map<number, number>>();

  constructor(channel: Channel, hooks: ConnectionHooks, graceMs: number) {
    this.#channel = channel;
    this.#hooks = hooks;
    this.#graceMs = graceMs;
    channel.port.onmessage = (event: MessageEvent<ToPage>) => this.#receive(event.data);
    channel.onerror = (message) => this.fail(new KernelError("panic", message));
  }

  /** Why nothing works any more, if so. */
  get dead(): Error | undefined {
    return this.#dead;
  }

  post(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#dead) this.#channel.port.postMessage(message, transfer);
  }

  call<K extends CallName>(op: K, args: Calls[K]["args"], options: CallOptions = {}): Promise<Calls[K]["result"]> {
    if (this.#dead) return Promise.reject(this.#dead);
    if (options.signal?.aborted) return Promise.reject(options.signal.reason as Error);
    const id = ++this.#lastId;
    return new Promise<Calls[K]["result"]>((resolve, reject) => {
      const then = options.then as ((value: unknown) => unknown) | undefined;
      const cancel = () => {
        this.post({ t: "cancel", id });
        this.#settle(id)?.reject(options.signal!.reason as Error);
        // A program that starts all the same is nobody's.
        this.#pending.set(id, { resolve: (pid) => op === "spawn" && this.post({ t: "kill", pid: pid as number, signal: 9 }), reject() {} });
      };
      options.signal?.addEventListener("abort", cancel, { once: true });
      const cleanup = () => options.signal?.removeEventListener("abort", cancel);
      this.#pending.set(id, {
        resolve: (value) => {
          cleanup();
          resolve((then ? then(value) : value) as Calls[K]["result"]);
        },
        reject: (error) => {
          cleanup();
          reject(error);
        },
        progress: options.progress,
      });
      try {
        this.post({ t: "call", id, op, args } as CallMessage, options.transfer);
      } catch (error) {
        this.#settle(id)?.reject(error as Error); // something in args cannot be posted
      }
    });
  }

  add(process: Process): void {
    this.#processes.set(process.pid, process);
  }

  /** Somebody has taken n bytes of output, or failed to. Many small thanks become one. */
  taken(pid: number, fd: number, n: number, errno = 0): void {
    const process = this.#processes.get(pid);
    if (!process || process.ended) return;
    if (errno) {
      this.#thank(); // what was taken before
      return this.post({ t: "taken", pid, fd, n, errno });
    }
    if (this.#taken.size === 0) queueMicrotask(() => this.#thank());
    let counts = this.#taken.get(process);
    if (!counts) this.#taken.set(process, (counts = new Map()));
    counts.set(fd, (counts.get(fd) ?? 0) + n);
  }

  #thank(): void {
    const taken = this.#taken;
    this.#taken = new Map();
    for (const [process, counts] of taken) {
      if (process.ended) continue;
      for (const [fd, n] of counts) this.post({ t: "taken", pid: process.pid, fd, n });
    }
  }

  /**
   * Sees to it that a process which was sent SIGKILL ends. A worker that stays
   * silent runs a program that makes no calls: only its end helps.
   */
  insist(process: Process): void {
    const stop = this.watch(() => this.#replace(), 10);
    process.onEnd(stop);
  }

  /**
   * Calls `silent` when the worker stays silent for a whole grace, or when it
   * has answered `rounds` times and nobody has called what this returns.
   */
  watch(silent: () => void, rounds = Infinity): () => void {
    let heard = this.#heard;
    let round = 0;
    let late = false;
    let due = 0;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (ms: number) => {
      due = performance.now() + ms;
      timer = setTimeout(check, ms);
    };
    const check = () => {
      if (this.#dead) return;
      if (performance.now() - due > this.#graceMs && !late) {
        // This page itself was frozen. Messages may be waiting: look at them first.
        late = true;
        return wait(50);
      }
      late = false;
      if (this.#heard === heard || ++round > rounds) return silent();
      heard = this.#heard;
      this.post({ t: "ping", n: round });
      wait(this.#graceMs);
    };
    this.post({ t: "ping", n: 0 });
    wait(this.#graceMs);
    return () => clearTimeout(timer);
  }

  #replace(): void {
    if (!this.#channel.terminate) {
      this.#hooks.warn("a program does not answer to SIGKILL, and the system runs in a worker that is not its own");
      return;
    }
    this.end(new WASIXError("ECANCELED", "ECANCELED: the worker had to be restarted to end a program"), true);
    this.#hooks.replaced();
  }

  /** Ends the worker. Running programs end, calls under way reject. */
  end(error: Error, restarted: boolean): void {
    if (!this.#stop(error)) return;
    for (const process of this.#clear()) process.lost(restarted ? "restarted" : "closed", restarted);
  }

  /** The kernel has failed: running programs reject. */
  fail(error: KernelError): void {
    if (!this.#stop(error)) return;
    for (const process of this.#clear()) process.fail(error);
    this.#hooks.failed(error);
  }

  #stop(error: Error): boolean {
    if (this.#dead) return false;
    this.#dead = error;
    this.#channel.terminate?.();
    this.#channel.port.onmessage = null;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const p of pending) p.reject(error);
    return true;
  }

  #clear(): Process[] {
    const all = [...this.#processes.values()];
    this.#processes.clear();
    return all;
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #receive(message: ToPage): void {
    this.#heard++;
    switch (message.t) {
      case "done": {
        const pending = this.#settle(message.id);
        if (message.error) pending?.reject(fromWire(message.error));
        else pending?.resolve(message.value);
        return;
      }
      case "progress":
        return this.#pending.get(message.id)?.progress?.(message.loaded, message.total);
      case "events":
        return this.#events(message.events);
      case "warn":
        return this.#hooks.warn(message.message);
      case "fatal":
        return this.fail(fromWire({ kind: "panic", ...message.error }) as KernelError);
      case "callback":
        return void this.#hooks.callback(message, (reply, transfer) => this.post(reply, transfer));
      case "hello":
      case "pong":
        return;
    }
  }

  #events(events: ProcessEvent[]): void {
    let traced = 0;
    for (const event of events) {
      if (event.k === "trace") for (const line of event.lines) traced += line.length;
      for (const process of this.#concerned(event)) {
        try {
          process.handle(event);
        } catch (error) {
          // A callback of the user's threw. The other events are still to be dealt with.
          reportError(error);
        }
        if (event.k === "exit") this.#processes.delete(event.pid);
      }
    }
    if (traced > 0) this.post({ t: "traced", n: traced });
  }

  // The page does not know the children of its processes. Their traces go to
  // every process that is traced, which is one, usually.
  #concerned(event: ProcessEvent): Process[] {
    const process = this.#processes.get(event.pid);
    if (process) return [process];
    if (event.k !== "trace") return [];
    return [...this.#processes.values()].filter((p) => p.hooks.trace);
  }
}
