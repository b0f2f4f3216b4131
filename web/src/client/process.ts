// A running program, as the page sees it.

import { SIGKILL, signalName, signalNumber } from "../names";
import type { ProcessEvent } from "../protocol";
import type { ExitReason, ExitStatus, InputProvider, OutputProvider, Process as PublicProcess, SignalName } from "../wasix-web";
import type { Connection } from "./connection";
import { ProgramError } from "./errors";
import { InputPipe, OutputPipe, keysWindow } from "./pipes";
import { errnoOf } from "../names";

/** Where a piece of output goes when nobody wants a stream. */
export type Sink = (data: Uint8Array) => void;

/** What the client itself wants to know of a process. */
export interface ProcessHooks {
  stdout?: Sink;
  stderr?: Sink;
  /** What serves streams on the page, by descriptor. Its errors are the program's. */
  served?: [stdin?: InputProvider, stdout?: OutputProvider, stderr?: OutputProvider];
  warn?: (message: string) => void;
  trace?: (line: string, pid: number) => void;
}

export class Process implements PublicProcess {
  readonly exited: Promise<ExitStatus>;
  readonly input: InputPipe;
  readonly hooks: ProcessHooks;
  #out: OutputPipe;
  #err: OutputPipe;
  #resolve!: (status: ExitStatus) => void;
  #reject!: (error: Error) => void;
  #connection: Connection;
  #ended = false;
  #reason: ExitReason | undefined;
  #cleanup: (() => void)[] = [];

  constructor(connection: Connection, readonly pid: number, hooks: ProcessHooks = {}, terminal = false) {
    this.#connection = connection;
    this.hooks = hooks;
    this.exited = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.exited.catch(() => {}); // whoever awaits it gets the error; nobody has to
    const taken = (fd: number) => (n: number) => connection.taken(pid, fd, n);
    this.#out = new OutputPipe(taken(1));
    this.#err = new OutputPipe(taken(2));
    this.input = new InputPipe({
      write: (data) => connection.post({ t: "write", pid, data }, [data.buffer]),
      close: (errno) => connection.post({ t: "close", pid, errno }),
    }, terminal ? keysWindow : undefined);
  }

  get stdin(): WritableStream<Uint8Array | string> {
    return this.input.stream;
  }

  get stdout(): ReadableStream<Uint8Array> {
    return this.#out.stream;
  }

  get stderr(): ReadableStream<Uint8Array> {
    return this.#err.stream;
  }

  get ended(): boolean {
    return this.#ended;
  }

  kill(signal: SignalName = "SIGTERM"): void {
    const number = signalNumber(signal);
    if (this.#ended) return;
    this.#connection.post({ t: "kill", pid: this.pid, signal: number });
    if (number !== SIGKILL) return;
    this.#reason ??= "signaled";
    this.#connection.insist(this);
  }

  /** Kills the program on the caller's behalf; the status says why. */
  stop(reason: ExitReason): void {
    if (this.#ended) return;
    this.#reason ??= reason;
    this.kill("SIGKILL");
  }

  resize(columns: number, rows: number): void {
    if (!isSize(columns) || !isSize(rows)) throw new TypeError(`not a terminal size: ${columns} x ${rows}`);
    if (!this.#ended) this.#connection.post({ t: "resize", pid: this.pid, columns, rows });
  }

  async call(name: string, ...args: (number | bigint)[]): Promise<unknown> {
    return this.#connection.call("call", [this.pid, name, args]);
  }

  /** Runs fn when the process has ended. */
  onEnd(fn: () => void): void {
    if (this.#ended) fn();
    else this.#cleanup.push(fn);
  }

  /** Takes what the worker says about the process. */
  handle(event: ProcessEvent): void {
    switch (event.k) {
      case "output":
        return this.#output(event.fd, event.data);
      case "stdin":
        return this.input.taken(event.taken);
      case "wanted":
        return this.input.onWanted?.();
      case "trace":
        for (const line of event.lines) this.hooks.trace?.(line, event.pid);
        return;
      case "exit": {
        const { code, signal, trap } = event;
        if (event.failed) return this.fail(startFailure(trap));
        const own: ExitReason = trap ? "trapped" : signal ? "signaled" : "exited";
        // A program that ended by itself while we were about to kill it has ended by itself.
        const reason = signal === SIGKILL ? (this.#reason ?? own) : own;
        const exitCode = signal && !trap ? 128 + signal : code;
        return this.finish({ exitCode, signal: signal ? signalName(signal) : null, reason, trap, restarted: false });
      }
    }
  }

  /** Its worker is gone. */
  lost(reason: ExitReason, restarted: boolean): void {
    this.finish({ exitCode: 128 + SIGKILL, signal: "SIGKILL", reason: this.#reason ?? reason, trap: "", restarted });
  }

  finish(status: ExitStatus): void {
    if (!this.#end()) return;
    this.#out.end();
    this.#err.end();
    this.input.end();
    this.#resolve(status);
  }

  /** The kernel has failed, or the program could not be instantiated. */
  fail(error: Error): void {
    if (!this.#end()) return;
    this.#out.fail(error);
    this.#err.fail(error);
    this.input.end(error);
    this.#reject(error);
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    for (const fn of this.#cleanup) fn();
    this.#cleanup = [];
    for (const served of this.hooks.served ?? []) void this.#close(served);
    return true;
  }

  /** Gives output to what the page has for it. The calls are in order; so are the answers, unless it answers in another. */
  async #give(to: OutputProvider, fd: number, data: Uint8Array): Promise<void> {
    const n = data.length;
    let errno = 0;
    try {
      await to.write(data);
    } catch (error) {
      errno = this.#errno(`${fd === 2 ? "stderr" : "stdout"} threw`, error);
    }
    this.#connection.taken(this.pid, fd, n, errno);
  }

  #errno(what: string, error: unknown): number {
    const errno = errnoOf(error);
    if (errno === undefined) this.hooks.warn?.(`${what} ${String(error)} (EIO)`);
    return errno ?? 29;
  }

  /** Tells what served the streams that the program has ended, before anybody else hears of it. */
  async #close(served: { close?(): unknown } | undefined): Promise<void> {
    try {
      await served?.close?.();
    } catch (error) {
      this.#errno("close of a stream threw", error);
    }
  }

  #output(fd: number, data: Uint8Array): void {
    const to = this.hooks.served?.[fd as 1 | 2];
    if (to) return void this.#give(to, fd, data);
    const sink = fd === 2 ? this.hooks.stderr : this.hooks.stdout;
    if (!sink) return (fd === 2 ? this.#err : this.#out).push(data);
    const n = data.length; // the sink may give the buffer away
    try {
      sink(data);
    } finally {
      this.#connection.taken(this.pid, fd, n);
    }
  }
}

// The engine's words for a program that compiles and cannot be instantiated.
function startFailure(message: string): ProgramError {
  const kind = message.includes(": out of memory: ") ? "no-memory" : message.includes(": link error: ") ? "import-type" : "invalid";
  return new ProgramError(kind, message);
}

function isSize(n: number): boolean {
  return Number.isInteger(n) && n > 0 && n < 65536;
}
