// The page's ends of a program's standard streams.

import { errnoOf } from "../names";
import { bytesOf, piece } from "../stdio";
import type { InputProvider } from "../wasix-web";
import { WASIXError } from "./errors";

/** The page's end of stdout or stderr: what has arrived, until somebody takes it. */
export class OutputPipe {
  readonly stream: ReadableStream<Uint8Array>;
  #queue: Uint8Array[] = [];
  #controller!: ReadableByteStreamController;
  #wanted: (() => void) | undefined;
  #state: "open" | "ended" | "closed" = "open";
  #taken: (n: number) => void;

  /** taken is told of bytes that somebody has taken or that were thrown away. */
  constructor(taken: (n: number) => void) {
    this.#taken = taken;
    // Nothing is pulled before somebody reads, so what is unread stays counted as unread.
    this.stream = new ReadableStream({
      type: "bytes",
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#pull(),
      cancel: () => this.#drop(),
    }, { highWaterMark: 0 });
  }

  push(data: Uint8Array): void {
    if (data.length === 0) return;
    if (this.#state !== "open") return this.#taken(data.length);
    this.#queue.push(data);
    this.#serve();
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#finish();
    this.#serve();
  }

  /** What has not been taken is lost, and readers get the error. */
  fail(error: Error): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#queue = [];
    this.#controller.error(error);
    this.#release();
  }

  // The stream calls this when a reader waits, and again only after it resolves.
  #pull(): Promise<void> | undefined {
    if (this.#serveOne()) return undefined;
    return new Promise<void>((resolve) => void (this.#wanted = resolve));
  }

  #serve(): void {
    if (this.#wanted && this.#serveOne()) this.#release();
  }

  #serveOne(): boolean {
    const data = this.#queue.shift();
    if (data) {
      const n = data.length; // enqueue takes the buffer away
      this.#controller.enqueue(data as Uint8Array<ArrayBuffer>);
      this.#taken(n);
      this.#finish();
      return true;
    }
    this.#finish();
    return this.#state === "closed";
  }

  #finish(): void {
    if (this.#state !== "ended" || this.#queue.length > 0) return;
    this.#state = "closed";
    this.#controller.close();
    this.#controller.byobRequest?.respond(0); // a reader with its own buffer waits for this
    this.#release();
  }

  #drop(): void {
    const n = this.#queue.reduce((sum, data) => sum + data.length, 0);
    this.#queue = [];
    this.#state = "closed";
    if (n > 0) this.#taken(n);
    this.#release();
  }

  #release(): void {
    this.#wanted?.();
    this.#wanted = undefined;
  }
}

/** How a stdin pipe reaches the program. */
export interface InputTarget {
  /** Takes the bytes; may take their buffer away. */
  write(data: Uint8Array): void;
  /** With an errno, the next read fails with it, and nothing is closed. */
  close(errno?: number): void;
}

/** Bytes the program has not read after which a writer waits. */
const stdinWindow = 64 << 10;
/** As stdinWindow, for a terminal: Ctrl-C must come through behind what a program does not read. Half of what a terminal holds. */
export const keysWindow = 512 << 10;

/** The page's end of stdin. */
export class InputPipe {
  readonly stream: WritableStream<Uint8Array | string>;
  #target: InputTarget;
  #controller!: WritableStreamDefaultController;
  #sent = 0;
  #taken = 0;
  #room: (() => void) | undefined;
  #state: "open" | "closed" | "gone" = "open";
  #encoder = new TextEncoder();
  #window: number;
  /** Called when the program waits for more. */
  onWanted: (() => void) | undefined;

  constructor(target: InputTarget, window = stdinWindow) {
    this.#target = target;
    this.#window = window;
    this.stream = new WritableStream<Uint8Array | string>({
      start: (controller) => void (this.#controller = controller),
      write: (chunk) => this.#write(this.#encode(chunk)),
      close: () => this.close(),
      abort: () => this.close(),
    }, { highWaterMark: 1 });
  }

  /** Bytes that were part of the spawn message. */
  preset(n: number, eof: boolean): void {
    this.#sent += n;
    if (eof) this.#state = "closed";
  }

  /** The program has read so many bytes since its start. */
  taken(total: number): void {
    this.#taken = total;
    if (this.#sent - total < this.#window) this.#release();
  }

  /** The stream is not for the page: the client feeds the program, or nothing does. */
  seal(): void {
    this.#controller.error(new TypeError("stdin of this program is not a pipe"));
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closed";
    this.#target.close();
  }

  /** Asks for more whenever the program waits for it. What is thrown is an error of the program's read. */
  ask(from: InputProvider, warn: (message: string) => void): void {
    let asking = false;
    const ask = async () => {
      if (asking || this.#state !== "open") return;
      asking = true;
      try {
        const more = bytesOf(await from.read(piece));
        if (more.length === 0) this.close();
        else this.answer(more);
      } catch (error) {
        const errno = errnoOf(error);
        if (errno === undefined) warn(`stdin threw ${String(error)} (EIO)`);
        if (this.#state === "open") this.#target.close(errno ?? 29);
      } finally {
        asking = false;
      }
    };
    this.onWanted = () => void ask();
  }

  /** The program has ended: writes under way are done, later ones fail. */
  end(error: Error = new WASIXError("EPIPE", "EPIPE: the program has ended")): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#release();
    this.#controller.error(error);
  }

  /** Writes without the stream, for input that the client feeds by itself. */
  async feed(from: Uint8Array | ReadableStream<Uint8Array | string>): Promise<void> {
    if (from instanceof Uint8Array) await this.#write(from);
    else {
      // A stream is left alone until the program wants to read: what it does not take is the caller's.
      if (this.#state === "open") {
        await new Promise<void>((resolve) => {
          this.#room = resolve;
          this.onWanted = () => this.#release();
        });
        if (this.#state !== "open") return void from.cancel().catch(() => {});
      }
      const reader = from.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (this.#state === "gone") return void reader.cancel().catch(() => {});
        await this.#write(this.#encode(value));
      }
    }
    this.close();
  }

  /** Writes without waiting for anything; for answers to a program that waits. */
  answer(data: Uint8Array): void {
    if (this.#state !== "open") return;
    this.#sent += data.length;
    this.#target.write(data);
  }

  #encode(chunk: unknown): Uint8Array {
    if (typeof chunk === "string") return this.#encoder.encode(chunk);
    if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
    if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    throw new TypeError("stdin takes Uint8Array or string");
  }

  async #write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; ) {
      while (this.#state === "open" && this.#sent - this.#taken >= this.#window) {
        await new Promise<void>((resolve) => void (this.#room = resolve));
      }
      if (this.#state !== "open") return;
      const part = data.slice(at, at + stdinWindow);
      at += part.length;
      this.#sent += part.length;
      this.#target.write(part);
    }
    // The last part waits, too: a write is done when there is room for the next.
    if (this.#state === "open" && this.#sent - this.#taken >= this.#window) {
      await new Promise<void>((resolve) => void (this.#room = resolve));
    }
  }

  #release(): void {
    this.#room?.();
    this.#room = undefined;
  }
}
