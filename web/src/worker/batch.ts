// Gathers what happens to processes into few messages.

import type { ProcessEvent } from "../protocol";

/** Bytes after which a message is not made to wait for more. */
const full = 64 << 10;
/** Pieces from this size on are passed on as they are; smaller ones are copied together. */
const large = 16 << 10;
/** Output from this size on is given away. */
const given = 4 << 10;
/** So many messages may go out at once, and so many more each millisecond. What comes faster is gathered. */
const burst = 64;
const perMs = 8;
/** Characters of trace the page may be behind before lines are dropped. */
const traceWindow = 8 << 20;

type Send = (events: ProcessEvent[], transfer: Transferable[]) => void;

/**
 * Events in the order they happened. They go out at once, so that what a program
 * prints is seen even when it then computes without making calls. When there are
 * too many for that, those of one turn of the event loop are gathered.
 */
export class Batch {
  #send: Send;
  #events: ProcessEvent[] = [];
  #size = 0;
  #turn = new MessageChannel();
  #waiting = false;
  #held = false;
  #tokens = burst;
  #counted = 0;
  // The output that may still grow: bytes [0, #used) of #buffer.
  #open: { pid: number; fd: number; event: ProcessEvent & { k: "output" } } | undefined;
  #buffer = new Uint8Array(0);
  #used = 0;
  #unread = 0;
  #dropped = new Map<number, number>();
  #stdin = new Map<number, ProcessEvent & { k: "stdin" }>();

  constructor(send: Send) {
    this.#send = send;
    this.#turn.port1.onmessage = () => {
      this.#waiting = false;
      this.flush();
    };
  }

  output(pid: number, fd: number, data: Uint8Array): void {
    if (data.length === 0) return;
    this.#size += data.length;
    if (data.length >= large) {
      this.#seal();
      this.#events.push({ k: "output", pid, fd, data: whole(data) });
    } else {
      this.#append(pid, fd, data);
    }
    this.#later();
  }

  /** stdin tells how much a program has read; only the last word counts. */
  stdin(pid: number, taken: number): void {
    const told = this.#stdin.get(pid);
    if (told) told.taken = taken;
    else {
      const event = { k: "stdin" as const, pid, taken };
      this.#stdin.set(pid, event);
      this.#add(event);
    }
    this.#later();
  }

  wanted(pid: number): void {
    this.#add({ k: "wanted", pid });
    this.#later();
  }

  trace(pid: number, line: string): void {
    if (this.#unread > traceWindow) {
      this.#dropped.set(pid, (this.#dropped.get(pid) ?? 0) + 1);
      return;
    }
    const dropped = this.#dropped.get(pid);
    if (dropped) {
      this.#dropped.delete(pid);
      this.trace(pid, `... ${dropped} lines of trace dropped: the page is too slow ...`);
    }
    this.#unread += line.length;
    this.#size += line.length;
    const last = this.#events.at(-1);
    if (last?.k === "trace" && last.pid === pid) last.lines.push(line);
    else this.#add({ k: "trace", pid, lines: [line] });
    this.#later();
  }

  /** The page has dealt with so many characters of trace. */
  traced(n: number): void {
    this.#unread = Math.max(0, this.#unread - n);
  }

  exit(pid: number, code: number, signal: number, trap: string, failed: boolean): void {
    this.#add({ k: "exit", pid, code, signal, trap, failed });
    this.flush();
  }

  /** hold keeps everything back while fn runs. */
  hold<T>(fn: () => T): T {
    this.#held = true;
    try {
      return fn();
    } finally {
      this.#held = false;
      this.flush();
    }
  }

  flush(): void {
    if (this.#held) return;
    this.#seal();
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#size = 0;
    this.#stdin.clear();
    // To give a few bytes away costs more than to copy them.
    this.#send(events, events.flatMap((e) => (e.k === "output" && e.data.length >= given ? [e.data.buffer] : [])));
  }

  #add(event: ProcessEvent): void {
    this.#seal();
    this.#events.push(event);
  }

  #later(): void {
    const now = performance.now();
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#counted) * perMs);
    this.#counted = now;
    if (this.#size >= full || this.#tokens >= 1) {
      this.#tokens--;
      return this.flush();
    }
    if (this.#waiting) return;
    this.#waiting = true;
    this.#turn.port2.postMessage(0);
  }

  #append(pid: number, fd: number, data: Uint8Array): void {
    if (this.#open && (this.#open.pid !== pid || this.#open.fd !== fd || this.#used + data.length > this.#buffer.length)) this.#seal();
    if (!this.#open) {
      const event = { k: "output" as const, pid, fd, data };
      this.#events.push(event);
      this.#open = { pid, fd, event };
      if (this.#buffer.length === 0) this.#buffer = new Uint8Array(full);
    }
    this.#buffer.set(data, this.#used);
    this.#used += data.length;
  }

  // Gives the open output its bytes. A copy, so that the buffer stays ours.
  #seal(): void {
    if (!this.#open) return;
    this.#open.event.data = this.#buffer.slice(0, this.#used);
    this.#open = undefined;
    this.#used = 0;
  }
}

function whole(data: Uint8Array): Uint8Array {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}
