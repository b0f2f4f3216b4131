// What the file systems here have in common: descriptors, and the calls that
// ask for nothing else.

import type { Fdstat, Filestat, ProviderDirent, ProviderHost } from "../wasix-web";

export const Directory = 3;
export const File = 4;
export const Symlink = 7;

/** The largest right set; what may be done, a provider says by errors. */
const allRights = (1n << 30n) - 1n;

/** The contents of one open file, which all descriptors of it share. */
export interface Contents {
  size(): number;
  read(into: Uint8Array, at: number): number | Promise<number>;
  write(data: Uint8Array, at: number): number | Promise<number>;
  setSize(size: number): void | Promise<void>;
  sync(): void | Promise<void>;
  close(): void | Promise<void>;
}

/** A descriptor. */
export interface Open {
  /** Of a directory. */
  list?: ProviderDirent[];
  offset: number;
}

/** set: by a program, so that they are worth keeping. seen: what the file's own was when these were right. */
export type Times = { a: bigint; m: bigint; c: bigint; set?: boolean; seen?: number };

/** The time in nanoseconds. */
export const now = () => BigInt(Math.round(Date.now() * 1e6));

export abstract class Base<O extends Open> {
  protected open = new Map<number, O>();
  #last = 3;

  constructor(protected readonly host: ProviderHost) {}

  protected error(code: string, message?: string): Error {
    return new this.host.WASIXError(code, message);
  }

  /** Gives an open thing a descriptor. */
  protected add(o: O): number {
    this.open.set(++this.#last, o);
    return this.#last;
  }

  protected at(fd: number): O {
    const o = this.open.get(fd);
    if (!o) throw this.error("EBADF");
    return o;
  }

  protected abstract contents(o: O): Contents;
  protected abstract typeOf(o: O): number;

  fdPrestatGet(fd: number): { name: string } | null {
    return fd === 3 ? { name: "/" } : null;
  }

  fdPrestatDirName(): string {
    return "/";
  }

  fdFdstatGet(fd: number): Fdstat {
    return { filetype: this.typeOf(this.at(fd)), fsFlags: 0, fsRightsBase: allRights, fsRightsInheriting: allRights };
  }

  fdFdstatSetFlags(): void {}

  fdSeek(fd: number, offset: bigint, whence: number): bigint {
    const o = this.at(fd);
    const to = Number(offset) + (whence === 0 ? 0 : whence === 1 ? o.offset : this.contents(o).size());
    if (to < 0) throw this.error("EINVAL");
    o.offset = to;
    return BigInt(to);
  }

  fdRead(fd: number, buffers: Uint8Array[]): number | Promise<number> {
    const o = this.at(fd);
    return then(this.fdPread(fd, buffers, BigInt(o.offset)), (n) => { o.offset += n; return n; });
  }

  fdWrite(fd: number, buffers: Uint8Array[]): number | Promise<number> {
    const o = this.at(fd);
    return then(this.fdPwrite(fd, buffers, BigInt(o.offset)), (n) => { o.offset += n; return n; });
  }

  fdPread(fd: number, buffers: Uint8Array[], offset: bigint): number | Promise<number> {
    const c = this.contents(this.at(fd));
    return each(buffers, Number(offset), (b, at) => c.read(b, at));
  }

  fdPwrite(fd: number, buffers: Uint8Array[], offset: bigint): number | Promise<number> {
    const c = this.contents(this.at(fd));
    return each(buffers, Number(offset), (b, at) => c.write(b, at));
  }
}

/** Calls fn for buffer after buffer, until one is not used up. */
function each(buffers: Uint8Array[], at: number, fn: (b: Uint8Array, at: number) => number | Promise<number>, done = 0, i = 0): number | Promise<number> {
  for (; i < buffers.length; i++) {
    const b = buffers[i]!;
    const n = fn(b, at + done);
    if (typeof n !== "number") return n.then((n) => (n < b.length ? done + n : each(buffers, at, fn, done + n, i + 1)));
    done += n;
    if (n < b.length) break;
  }
  return done;
}

/** fn of a value that may not be there yet. */
export function then<A, B>(value: A | Promise<A>, fn: (value: A) => B): B | Promise<B> {
  return value instanceof Promise ? value.then(fn) : fn(value);
}

export function filestat(filetype: number, size: number, t: Times, nlink = 1): Filestat {
  return { dev: 0n, ino: 0n, filetype, nlink: BigInt(nlink), size: BigInt(size), timestamps: { access: t.a, modification: t.m, change: t.c } };
}

/** "a/b/c" in two: ["a/b", "c"]. */
export function split(path: string): [dir: string, name: string] {
  const i = path.lastIndexOf("/");
  return i < 0 ? ["", path] : [path.slice(0, i), path.slice(i + 1)];
}

export const join = (dir: string, name: string) => (dir ? `${dir}/${name}` : name);

/** Whether path is dir or below it. */
export const within = (path: string, dir: string) => path === dir || path.startsWith(`${dir}/`);
