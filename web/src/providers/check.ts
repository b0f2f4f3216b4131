// What providers return and throw, looked at before anything depends on it.

import { errnoOf } from "../names";
import type { FilesystemProvider } from "../wasix-web";
import { Failure, isThenable, type Steps } from "./steps";

export const enum E {
  ACCES = 2, BADF = 8, EXIST = 20, FBIG = 22, INVAL = 28, IO = 29, ISDIR = 31, NOENT = 44, NOSPC = 51, NOSYS = 52, NOTDIR = 54, NOTEMPTY = 55,
  PERM = 63, ROFS = 69, NOTCAPABLE = 76,
}

export const enum Filetype { Unknown, Block, Character, Directory, File, SocketDgram, SocketStream, Symlink }

/** Attributes that have been checked. */
export interface Attr {
  ino: bigint;
  type: Filetype;
  nlink: bigint;
  size: bigint;
  atim: bigint;
  mtim: bigint;
  ctim: bigint;
  /** As vfs.Attr has it: 0, or permission bits and 0x8000. */
  mode: bigint;
}

type Method = Exclude<keyof FilesystemProvider, "readOnly">;

/** How many different warnings a provider may cause. */
const mostWarnings = 100;

const maxInt64 = (1n << 63n) - 1n;
const maxUint64 = (1n << 64n) - 1n;

/** An object of somebody's whose answers are checked. */
export class Checks {
  #warned = new Set<string>();
  protected readonly methods: Record<string, ((...args: unknown[]) => unknown) | undefined>;

  constructor(object: object, private readonly name: string, private readonly tell: (message: string) => void) {
    this.methods = object as typeof this.methods;
  }

  has(method: string): boolean {
    return typeof this.methods[method] === "function";
  }

  warn(message: string): void {
    if (this.#warned.has(message) || this.#warned.size >= mostWarnings) return;
    this.#warned.add(message);
    this.tell(`${this.name}: ${message}`);
  }

  /** Calls a method. Throws Failure. */
  *ask(method: string, ...args: unknown[]): Steps<unknown> {
    if (!this.has(method)) throw new Failure(E.NOSYS);
    try {
      const answer = this.methods[method]!(...args);
      return method === "pathOpen" && isThenable(answer) ? yield* this.#opening(answer) : yield answer;
    } catch (thrown) {
      const errno = errnoOf(thrown);
      if (errno !== undefined) throw new Failure(errno);
      const { name, message } = (typeof thrown === "object" && thrown !== null ? thrown : { message: brief(thrown) }) as Partial<Error>;
      this.warn(`${method} threw ${name ? `${name}: ` : ""}${String(message).slice(0, 500)} (EIO)`);
      throw new Failure(E.IO);
    }
  }

  // A descriptor that comes when nobody waits for it any more is closed.
  *#opening(answer: PromiseLike<unknown>): Steps<unknown> {
    let here = false;
    try {
      const fd = yield answer;
      here = true;
      return fd;
    } finally {
      if (!here) answer.then((fd) => void this.methods.fdClose!(fd), () => {});
    }
  }

  bad(method: string, what: string): Failure {
    this.warn(`${method} gave ${what} (EIO)`);
    return new Failure(E.IO);
  }

  u64(method: string, field: string, v: unknown, most = maxUint64): bigint {
    if (typeof v === "number" && Number.isSafeInteger(v)) v = BigInt(v);
    if (typeof v === "bigint" && v >= 0n && v <= most) return v;
    throw this.bad(method, `${brief(v)} as ${field}`);
  }
}

/** A file system whose answers are checked. */
export class Checked extends Checks {
  constructor(provider: FilesystemProvider, name: string, tell: (message: string) => void) {
    super(provider, name, tell);
  }

  override has(method: Method): boolean {
    return super.has(method);
  }

  override ask(method: Method, ...args: unknown[]): Steps<unknown> {
    return super.ask(method, ...args);
  }

  *count(method: Method, most: number, ...args: unknown[]): Steps<number> {
    const n = yield* this.ask(method, ...args);
    if (typeof n === "number" && Number.isInteger(n) && n >= 0 && n <= most) return n;
    throw this.bad(method, `${brief(n)} instead of a number of bytes up to ${most}`);
  }

  *descriptor(...args: unknown[]): Steps<number> {
    const fd = yield* this.ask("pathOpen", ...args);
    if (typeof fd === "number" && Number.isInteger(fd) && fd >= 0 && fd <= 0xffffffff) return fd;
    throw this.bad("pathOpen", `${brief(fd)} instead of a descriptor`);
  }

  *stat(method: "fdFilestatGet" | "pathFilestatGet", ...args: unknown[]): Steps<Attr> {
    const v = yield* this.ask(method, ...args);
    const stat = this.record(method, v);
    const times = this.record(method, stat.timestamps, "timestamps");
    return {
      ino: this.u64(method, "ino", stat.ino),
      type: this.filetype(method, stat.filetype),
      nlink: this.u64(method, "nlink", stat.nlink),
      size: this.u64(method, "size", stat.size, maxInt64),
      atim: this.u64(method, "timestamps.access", times.access),
      mtim: this.u64(method, "timestamps.modification", times.modification),
      ctim: this.u64(method, "timestamps.change", times.change),
      mode: stat.mode === undefined ? 0n : (this.u64(method, "mode", stat.mode) & 0o777n) | 0x8000n,
    };
  }

  record(method: Method, v: unknown, field = ""): Record<string, unknown> {
    if (typeof v === "object" && v !== null) return v as Record<string, unknown>;
    throw this.bad(method, `${brief(v)} instead of a record${field && `: ${field}`}`);
  }

  filetype(method: Method, v: unknown): Filetype {
    if (typeof v === "number" && Number.isInteger(v) && v >= 0 && v <= Filetype.Symlink) return v;
    throw this.bad(method, `the filetype ${brief(v)}`);
  }

  text(method: Method, v: unknown, most: number): string {
    if (typeof v === "string" && v.length > 0 && v.length <= most && !/[\0\p{Surrogate}]/u.test(v)) return v;
    throw this.bad(method, `${brief(v)} instead of a text of at most ${most} bytes`);
  }
}

/** brief shows a value in a message. */
function brief(v: unknown): string {
  switch (typeof v) {
    case "string":
      return v.length > 60 ? `${JSON.stringify(v.slice(0, 60))}... of ${v.length} characters` : JSON.stringify(v);
    case "bigint":
      return `${v}n`;
    case "object":
      return v === null ? "null" : Array.isArray(v) ? "an array" : "an object";
    case "function":
      return "a function";
  }
  return String(v);
}
