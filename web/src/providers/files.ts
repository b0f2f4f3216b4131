// The contents of files: what a provider lacks is made of what it has.

import { E, Filetype, type Checked } from "./check";
import type { Handle, Node } from "./node";
import { Failure, Gate, type Steps } from "./steps";
import { root } from "./tree";

const Truncate = 8;
/** fd_datasync read seek fdstat_set_flags sync tell write advise allocate, filestat get set_size set_times. */
const writeRights = 0x1ffn | (0x7n << 21n);
/** fd_read seek fdstat_set_flags tell advise, filestat_get. */
const readRights = 0xaen | (1n << 21n);

/** The largest file that is cut by writing what is to stay again. */
const mostRewritten = 64n << 20n;

/** Errors that say that a file may be read and no more. */
const denials: number[] = [E.ACCES, E.PERM, E.ROFS, E.NOTCAPABLE];

export class Files {
  /** A file that was just made: its descriptor is kept for the open that follows. */
  #fresh: Node | undefined;

  constructor(private readonly ask: Checked) {}

  /** The descriptor of a file, opened when it is not yet. */
  *open(node: Node, path: string | undefined, readOnly: boolean): Steps<Handle> {
    if (node.handle) {
      if (this.#fresh === node) this.#fresh = undefined;
      return node.handle;
    }
    if (path === undefined) throw new Failure(E.NOENT);
    const handle = yield* this.#open(path, 0, readOnly);
    if (node.handle) { // another has been faster
      yield* this.ask.ask("fdClose", handle.fd);
      return node.handle;
    }
    return (node.handle = handle);
  }

  /** Makes a file. */
  *create(path: string, oflags: number): Steps<Handle> {
    return handleOf(yield* this.ask.descriptor(root, 0, path, oflags, writeRights, 0n, 0), 0);
  }

  *#open(path: string, oflags: number, readOnly: boolean): Steps<Handle> {
    let denied: number = E.ROFS;
    if (!readOnly) {
      try {
        return yield* this.create(path, oflags);
      } catch (e) {
        if (!(e instanceof Failure) || !denials.includes(e.errno)) throw e;
        denied = e.errno;
      }
    }
    return handleOf(yield* this.ask.descriptor(root, 0, path, oflags, readRights, 0n, 0), denied);
  }

  /** Keeps the descriptor of a new file until it is opened, or until the next one comes. */
  keep(node: Node, handle: Handle, quietly: (steps: Steps<unknown>) => void): void {
    if (this.#fresh) this.dismiss(this.#fresh, quietly);
    node.handle = handle;
    this.#fresh = node;
  }

  /** Closes a kept descriptor. */
  dismiss(node: Node, quietly: (steps: Steps<unknown>) => void): void {
    if (this.#fresh === node) this.#fresh = undefined;
    if (node.handle?.users === 0) quietly(this.close(node));
  }

  *close(node: Node): Steps<undefined> {
    const { handle } = node;
    if (this.#fresh === node) this.#fresh = undefined;
    node.handle = undefined;
    if (handle) yield* this.ask.ask("fdClose", handle.fd);
    return undefined;
  }

  /** Up to n bytes at off; fewer at the end only. */
  read(node: Node, off: bigint, n: number): Steps<Uint8Array> {
    return this.#readAll(opened(node), off, n);
  }

  *#readAll(handle: Handle, off: bigint, n: number): Steps<Uint8Array> {
    const out = new Uint8Array(n);
    let at = 0;
    while (at < n) {
      const got = yield* this.#read(handle, out.subarray(at), off + BigInt(at));
      if (got === 0) break;
      at += got;
      if (out.length !== n) throw this.ask.bad("fdRead", "a buffer that it has given away");
    }
    return out.subarray(0, at);
  }

  #read(handle: Handle, into: Uint8Array, off: bigint): Steps<number> {
    if (this.ask.has("fdPread")) return this.ask.count("fdPread", into.length, handle.fd, [into], off);
    return handle.seeking.pass(() => this.#seekAnd("fdRead", handle, into, off));
  }

  *#seekAnd(method: "fdRead" | "fdWrite", handle: Handle, data: Uint8Array, off: bigint): Steps<number> {
    yield* this.ask.ask("fdSeek", handle.fd, off, 0);
    return yield* this.ask.count(method, data.length, handle.fd, [data]);
  }

  /** Writes all of data at off; less when there is no room. */
  write(node: Node, off: bigint, data: Uint8Array): Steps<number> {
    return this.#write(opened(node), data, off);
  }

  *#write(handle: Handle, data: Uint8Array, off: bigint): Steps<number> {
    if (handle.denied) throw new Failure(handle.denied);
    let at = 0;
    while (at < data.length) {
      const part = data.subarray(at);
      const here = off + BigInt(at);
      let n: number;
      try {
        n = this.ask.has("fdPwrite")
          ? yield* this.ask.count("fdPwrite", part.length, handle.fd, [part], here)
          : yield* handle.seeking.pass(() => this.#seekAnd("fdWrite", handle, part, here));
        if (n === 0) throw new Failure(E.NOSPC);
      } catch (e) {
        if (at > 0) break; // what fitted counts
        throw e;
      }
      at += n;
    }
    return at;
  }

  /** Writes at the end. Gives where that was and how much went, as text. */
  *append(node: Node, data: Uint8Array): Steps<string> {
    const handle = opened(node);
    return yield* handle.appending.pass(() => this.#append(handle, data));
  }

  *#append(handle: Handle, data: Uint8Array): Steps<string> {
    const { size } = yield* this.ask.stat("fdFilestatGet", handle.fd);
    const n = yield* this.#write(handle, data, size);
    return `${size} ${n}`;
  }

  /** Runs steps with a descriptor, the file's own or one for the purpose. */
  *#with<T>(node: Node, path: string | undefined, steps: (handle: Handle) => Steps<T>): Steps<T> {
    if (node.handle) return yield* steps(node.handle);
    if (path === undefined) throw new Failure(E.NOENT);
    const handle = yield* this.#open(path, 0, false);
    try {
      return yield* steps(handle);
    } finally {
      yield* this.ask.ask("fdClose", handle.fd);
    }
  }

  setSize(node: Node, path: string | undefined, size: bigint): Steps<undefined> {
    return this.#with(node, path, (handle) => this.#setSize(handle, path, size));
  }

  *#setSize(handle: Handle, path: string | undefined, size: bigint): Steps<undefined> {
    if (handle.denied) throw new Failure(handle.denied);
    if (this.ask.has("fdFilestatSetSize")) {
      yield* this.ask.ask("fdFilestatSetSize", handle.fd, size);
      return undefined;
    }
    const now = (yield* this.ask.stat("fdFilestatGet", handle.fd)).size;
    if (size > now) yield* this.#write(handle, new Uint8Array(1), size - 1n);
    if (size >= now) return undefined;
    // Cut to nothing, and what is to stay is written again.
    if (size > mostRewritten || path === undefined) throw new Failure(E.NOSYS);
    const rest = yield* this.#readAll(handle, 0n, Number(size));
    // Closed first: some providers write files back then.
    yield* this.ask.ask("fdClose", handle.fd);
    handle.fd = yield* this.ask.descriptor(root, 0, path, Truncate, writeRights, 0n, 0);
    yield* this.#write(handle, rest, 0n);
    return undefined;
  }

  allocate(node: Node, path: string | undefined, size: bigint): Steps<undefined> {
    return this.#with(node, path, (handle) => this.#allocate(handle, path, size));
  }

  *#allocate(handle: Handle, path: string | undefined, size: bigint): Steps<undefined> {
    const now = (yield* this.ask.stat("fdFilestatGet", handle.fd)).size;
    if (size > now) yield* this.#setSize(handle, path, size);
    return undefined;
  }

  *setTimes(node: Node, path: string | undefined, flags: number, atim: bigint, mtim: bigint): Steps<undefined> {
    const byPath = this.ask.has("pathFilestatSetTimes");
    if (path && byPath) yield* this.ask.ask("pathFilestatSetTimes", root, 0, path, atim, mtim, flags);
    else if (path === "") yield* this.ask.ask("fdFilestatSetTimes", root, atim, mtim, flags);
    else if (node.handle) yield* this.ask.ask("fdFilestatSetTimes", node.handle.fd, atim, mtim, flags);
    else if (node.type !== Filetype.File || !this.ask.has("fdFilestatSetTimes")) throw new Failure(E.NOSYS);
    else yield* this.#with(node, path, (handle) => this.ask.ask("fdFilestatSetTimes", handle.fd, atim, mtim, flags));
    return undefined;
  }

  *sync(node: Node, dataOnly: boolean): Steps<undefined> {
    const method = dataOnly && this.ask.has("fdDatasync") ? "fdDatasync" : "fdSync";
    if (node.handle && this.ask.has(method)) yield* this.ask.ask(method, node.handle.fd);
    return undefined;
  }
}

function handleOf(fd: number, denied: number): Handle {
  return { fd, users: 0, denied, seeking: new Gate(), appending: new Gate() };
}

function opened(node: Node): Handle {
  if (!node.handle) throw new Failure(E.BADF);
  return node.handle;
}
