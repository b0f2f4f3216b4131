// A program that was loaded once to be started often.

import type { WireSource } from "../protocol";
import type { Program as PublicProgram } from "../wasix-web";
import type { CallOptions, Connection } from "./connection";
import { ProgramError } from "./errors";
import type { Wired } from "./sources";

export class Program implements PublicProgram {
  readonly name: string;
  // What it is loaded from again after a restart of the worker.
  #keep: WireSource | Promise<WireSource>;
  #numbers = new Map<Connection, Promise<number>>();
  #unloaded = false;

  private constructor(name: string, keep: WireSource | Promise<WireSource>) {
    this.name = name;
    this.#keep = keep;
  }

  /** Loads a program for the first time. */
  static async load(connection: Connection, wired: Wired, options: CallOptions): Promise<Program> {
    const { keep, post, transfer } = split(wired);
    const program = new Program(wired.name, keep);
    const number = connection.call("load", [post, wired.name], { ...options, transfer });
    program.#numbers.set(connection, number);
    await number;
    return program;
  }

  /** Its number in the worker. */
  async number(connection: Connection): Promise<number> {
    if (this.#unloaded) throw new ProgramError("unloaded", `${this.name}: has been unloaded`);
    for (const old of this.#numbers.keys()) if (old.dead) this.#numbers.delete(old);
    let number = this.#numbers.get(connection);
    if (!number) {
      number = Promise.resolve(this.#keep).then((source) => connection.call("load", [source, this.name]));
      number.catch(() => this.#numbers.delete(connection)); // the next try starts anew
      this.#numbers.set(connection, number);
    }
    return number;
  }

  unload(): void {
    if (this.#unloaded) return;
    this.#unloaded = true;
    for (const [connection, number] of this.#numbers) {
      number.then((n) => connection.call("unload", [n])).catch(() => {}); // a dead worker has forgotten it anyway
    }
    this.#numbers.clear();
  }
}

interface Split {
  keep: WireSource | Promise<WireSource>;
  post: WireSource;
  transfer: Transferable[];
}

// A stream can be read once: one half goes to the worker, the other becomes a
// Blob, which the browser may keep on disk. Bytes are the caller's to change.
function split({ source, transfer }: Wired): Split {
  if ("bytes" in source) return { keep: { blob: new Blob([source.bytes as Uint8Array<ArrayBuffer>]) }, post: source, transfer };
  if (!("stream" in source)) return { keep: source, post: source, transfer };
  const [stream, rest] = source.stream.tee();
  const keep = new Response(rest as ReadableStream<Uint8Array<ArrayBuffer>>).blob().then((blob) => ({ blob }));
  keep.catch(() => {}); // the worker reports it from the other half
  return { keep, post: { stream, total: source.total }, transfer: [stream] };
}
