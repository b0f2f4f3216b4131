// Makes a tree of inodes, which is what the kernel wants of a file system
// (wasix/vfs), of the descriptors and paths that a provider has.

import type { FilesystemProvider } from "../wasix-web";
import { Checked, E, Filetype, type Attr } from "./check";
import { Files } from "./files";
import { Node, type Entry } from "./node";
import { Failure, run, type Steps, type Waiting } from "./steps";

/** The provider's descriptor of its top directory. */
export const root = 3;

const Create = 1;
const Directory = 2;
const Exclusive = 4;
/** fd_readdir, path_open, path_filestat_get, fd_filestat_get. */
const dirRights = (1n << 14n) | (1n << 13n) | (1n << 18n) | (1n << 21n);

/** More entries than this are taken for a list without an end. */
const mostEntries = 1 << 22;
/** Bytes of directory entries that are passed on at a time. */
const listChunk = 16 << 10;
/** How many things are remembered that have no name any more. */
const mostGhosts = 1000;
const nameMax = 255;
const pathMax = 4096;

const encoder = new TextEncoder();

type Operation = (node: Node, ...args: unknown[]) => Steps<unknown>;

/** Answers a call that had to wait. */
export type Answer = (id: number, result: unknown) => void;

/** What Go calls (providers/jsfs). */
export class Tree {
  readonly files: Files;
  #ask: Checked;
  #nodes = new Map<number, Node>();
  /** Files with several names, by the provider's number. */
  #linked = new Map<bigint, Node>();
  /** Numbers that programs know files by. */
  #numbers = new Set<bigint>();
  #ghosts: number[] = [];
  #lastId = 0;
  #closed = false;
  #waiting = new Map<number, Waiting>();
  #root!: Node;

  constructor(private readonly provider: FilesystemProvider, name: string, private readonly answer: Answer, warn: (message: string) => void) {
    this.#ask = new Checked(provider, name, warn);
    this.files = new Files(this.#ask);
  }

  get readOnly(): boolean {
    return !!this.provider.readOnly;
  }

  /** Looks at the provider for the first time. */
  *open(): Steps<this> {
    for (const method of ["fdClose", "fdReaddir", "pathOpen", "pathFilestatGet"] as const) {
      if (!this.#ask.has(method)) throw new Error(`the provider has no method ${method}`);
    }
    if (this.#ask.has("fdPrestatGet")) {
      const top = yield* this.#ask.ask("fdPrestatGet", root);
      if (typeof top !== "object" || top === null) throw new Error("descriptor 3 of the provider is not preopened");
    }
    const attr = yield* this.#top();
    if (attr.type !== Filetype.Directory) throw new Error("descriptor 3 of the provider is not a directory");
    this.#root = this.#node(attr);
    return this;
  }

  /** The top directory's attributes. Some providers have none of their own for it. */
  *#top(): Steps<Attr> {
    try {
      return yield* this.#ask.stat("fdFilestatGet", root);
    } catch (e) {
      if (!(e instanceof Failure) || e.errno === E.IO) throw e;
    }
    try {
      return yield* this.#ask.stat("pathFilestatGet", root, 0, ".");
    } catch (e) {
      if (!(e instanceof Failure) || e.errno === E.IO) throw e;
      return { ...nothing, type: Filetype.Directory };
    }
  }

  /**
   * Carries out operation op. The result is a number, a string, bytes, or -errno;
   * null: it waits, and is answered with call's id.
   */
  call(call: number, op: number, node: number, ...args: unknown[]): unknown {
    try {
      const steps = (this.#ops[op] as Operation).call(this, this.#find(node), ...args);
      const r = run(steps, (result) => {
        this.#waiting.delete(call);
        if (this.#closed && op !== this.#ops.length - 1) return; // Go listens no longer
        this.answer(call, this.#result(result));
      });
      if ("value" in r) return r.value;
      this.#waiting.set(call, r);
      return null;
    } catch (e) {
      return this.#failed(e);
    }
  }

  /** Nobody waits for the call any more. */
  abandon(call: number): void {
    this.#waiting.get(call)?.abandon();
    this.#waiting.delete(call);
  }

  /** The directory that node is in, and its name there. */
  parent(id: number): string {
    const node = this.#nodes.get(id) ?? this.#root;
    const at = node.names[0];
    return at ? `${at.dir.packed()}/${node.removed ? "" : at.name}` : `${node.packed()}/`;
  }

  /** A file that was open is not any more. */
  release(id: number): void {
    const node = this.#nodes.get(id);
    const handle = node?.handle;
    if (handle && --handle.users === 0) this.#quietly(this.files.close(node));
  }

  // The order is that of the numbers in providers/jsfs.
  #ops: unknown[] = [
    this.#lookup, this.#attr, this.#setAttr, this.#openFile, this.#readlink, this.#create, this.#link, this.#unlink, this.#rmdir,
    this.#rename, this.#readdir, this.#read, this.#write, this.#append, this.#allocate, this.#sync, this.#syncAll, this.#close,
  ];

  #result(result: () => unknown): unknown {
    try {
      return result();
    } catch (e) {
      return this.#failed(e);
    }
  }

  #failed(e: unknown): number {
    if (e instanceof Failure) return -e.errno;
    this.#ask.warn(`${String(e)} (EIO)`);
    return -E.IO;
  }

  // What nobody waits for; what goes wrong is a warning already.
  #quietly(steps: Steps<unknown>): void {
    try {
      run(steps, (result) => this.#result(result));
    } catch (e) {
      this.#failed(e);
    }
  }

  #find(id: number): Node {
    const node = this.#nodes.get(id);
    if (!node) throw new Failure(E.NOENT);
    return node;
  }

  #node(attr: Attr): Node {
    const id = ++this.#lastId;
    // A provider may number by path, and give one number to a file and to another that was there before.
    const node = new Node(id, attr, attr.ino && !this.#numbers.has(attr.ino) ? attr.ino : ownNumbers + BigInt(id));
    this.#numbers.add(node.ino);
    this.#nodes.set(id, node);
    return node;
  }

  /** The path of a name in a directory. */
  #path(dir: Node, name: string): string {
    const path = dir.path();
    if (path === undefined) throw new Failure(E.NOENT);
    return path && `${path}/${name}` || name;
  }

  /** The path of a node itself, which is not the root. */
  #own(node: Node): string {
    const path = node.path();
    if (path === undefined) throw new Failure(E.NOENT);
    return path;
  }

  *#lookup(dir: Node, name: string): Steps<number> {
    const attr = yield* this.#ask.stat("pathFilestatGet", root, 0, this.#path(dir, name));
    return this.#known(dir, name, attr).packed();
  }

  /** The node of what is at a name now. */
  #known(dir: Node, name: string, attr: Attr): Node {
    const kid = dir.kids.get(name);
    if (kid && kid.type === attr.type && (kid.theirs === undefined || kid.theirs === attr.ino)) {
      kid.theirs = attr.ino;
      kid.attr = attr;
      this.#note(kid);
      return kid;
    }
    // Somebody else has put something in its place.
    if (kid) this.#gone(dir, name, kid);
    let node = attr.type !== Filetype.Directory && attr.ino && attr.nlink > 1n ? this.#linked.get(attr.ino) : undefined;
    if (node?.type !== attr.type) node = this.#node(attr);
    if (node.removed) node.names = [];
    node.removed = false;
    node.attr = attr;
    node.enter(dir, name);
    this.#note(node);
    return node;
  }

  #note(node: Node): void {
    if (node.type === Filetype.Directory || !node.theirs) return;
    if (node.attr.nlink > 1n) this.#linked.set(node.theirs, node);
  }

  /** A name of node has gone. Gives its id when nothing leads to it any more, else 0. */
  #gone(dir: Node, name: string, node: Node): number {
    node.leave(dir, name);
    if (node.type !== Filetype.Directory && node.attr.nlink > 0n) node.attr = { ...node.attr, nlink: node.attr.nlink - 1n };
    // There may be names that have not been looked up.
    if (!node.removed || node.type !== Filetype.Directory && node.attr.nlink > 0n) return 0;
    this.#numbers.delete(node.ino);
    if (node.theirs && this.#linked.get(node.theirs) === node) this.#linked.delete(node.theirs);
    if (node.handle?.users === 0) this.#quietly(this.files.close(node));
    this.#ghosts.push(node.id);
    if (this.#ghosts.length > mostGhosts) {
      const old = this.#nodes.get(this.#ghosts.shift()!);
      if (old?.handle) this.#ghosts.push(old.id);
      else if (old) this.#nodes.delete(old.id);
    }
    return node.id;
  }

  *#attr(node: Node): Steps<Uint8Array> {
    const path = node.path();
    if (node.handle) { // some providers write files back when they are closed
      const attr = yield* this.#ask.stat("fdFilestatGet", node.handle.fd);
      const named = path !== undefined || node.theirs !== undefined && this.#linked.get(node.theirs) === node;
      node.attr = named ? attr : { ...attr, nlink: 0n };
    } else if (path) {
      node.attr = yield* this.#ask.stat("pathFilestatGet", root, 0, path);
    } else if (node === this.#root) {
      node.attr = yield* this.#top();
    } else {
      node.attr = { ...node.attr, nlink: 0n };
    }
    const { nlink, size, atim, mtim, ctim, mode } = node.attr;
    return new Uint8Array(BigUint64Array.of(node.ino, nlink, size, atim, mtim, ctim, mode).buffer);
  }

  /** what: 1 the size, 2 and 4 the times. 64-bit numbers come from Go as text. */
  *#setAttr(node: Node, what: number, size: string, atim: string, mtim: string): Steps<undefined> {
    if (what & 1) yield* this.files.setSize(node, node.path(), BigInt(size));
    if (what & 6) yield* this.files.setTimes(node, node.path(), (what & 2 ? 1 : 0) | (what & 4 ? 4 : 0), BigInt(atim), BigInt(mtim));
    return undefined;
  }

  *#openFile(node: Node): Steps<undefined> {
    const handle = yield* this.files.open(node, node.path(), this.readOnly);
    handle.users++;
    return undefined;
  }

  *#readlink(node: Node): Steps<string> {
    return this.#ask.text("pathReadlink", yield* this.#ask.ask("pathReadlink", root, this.#own(node)), pathMax);
  }

  *#create(dir: Node, name: string, type: Filetype, target: string): Steps<number> {
    const path = this.#path(dir, name);
    if (type === Filetype.File) {
      const handle = yield* this.files.create(path, Create | Exclusive);
      let node: Node;
      try {
        node = this.#made(dir, name, yield* this.#ask.stat("fdFilestatGet", handle.fd));
      } catch (e) {
        this.#quietly(this.#ask.ask("fdClose", handle.fd));
        throw e;
      }
      this.files.keep(node, handle, (steps) => this.#quietly(steps));
      return node.packed();
    }
    if (type === Filetype.Directory) yield* this.#ask.ask("pathCreateDirectory", root, path);
    else yield* this.#ask.ask("pathSymlink", target, root, path);
    return this.#made(dir, name, yield* this.#ask.stat("pathFilestatGet", root, 0, path)).packed();
  }

  #made(dir: Node, name: string, attr: Attr): Node {
    const old = dir.kids.get(name);
    if (old) this.#gone(dir, name, old);
    const node = this.#node(attr);
    node.enter(dir, name);
    this.#note(node);
    return node;
  }

  *#link(dir: Node, name: string, id: number): Steps<undefined> {
    const node = this.#find(id);
    yield* this.#ask.ask("pathLink", root, 0, this.#own(node), root, this.#path(dir, name));
    const attr = yield* this.#ask.stat("pathFilestatGet", root, 0, this.#path(dir, name));
    node.attr = attr;
    node.theirs = attr.ino;
    node.enter(dir, name);
    this.#note(node);
    return undefined;
  }

  *#unlink(dir: Node, name: string): Steps<number> {
    const path = this.#path(dir, name);
    const node = dir.kids.get(name);
    if (node?.type === Filetype.Directory) throw new Failure(E.ISDIR);
    if (node) this.files.dismiss(node, (steps) => this.#quietly(steps));
    yield* this.#ask.ask("pathUnlinkFile", root, path);
    dir.unlist(name);
    return this.#left(dir, name);
  }

  *#rmdir(dir: Node, name: string): Steps<number> {
    const path = this.#path(dir, name);
    const node = dir.kids.get(name);
    if (node && node.type !== Filetype.Directory) throw new Failure(E.NOTDIR);
    yield* this.#ask.ask("pathRemoveDirectory", root, path);
    dir.unlist(name);
    return this.#left(dir, name);
  }

  #left(dir: Node, name: string): number {
    const node = dir.kids.get(name);
    return node ? this.#gone(dir, name, node) : 0;
  }

  *#rename(dir: Node, name: string, toId: number, newName: string): Steps<number> {
    const to = this.#find(toId);
    const from = this.#path(dir, name);
    const path = this.#path(to, newName);
    if (from === path) return 0;
    yield* this.#ask.ask("pathRename", root, from, root, path);
    const node = dir.kids.get(name);
    const gone = this.#left(to, newName);
    dir.unlist(name);
    if (!node) return gone;
    dir.kids.delete(name);
    node.names = node.names.filter((at) => at.dir !== dir || at.name !== name);
    node.enter(to, newName);
    if (node.type === Filetype.Directory || node.attr.nlink <= 1n) node.moved();
    return gone;
  }

  /** Entries after a cookie: cookie (4 bytes), number (8), type, length of the name, name; several at a time. */
  *#readdir(dir: Node, after: number): Steps<Uint8Array> {
    const entries = after > 0 && dir.entries ? dir.entries : yield* this.#list(dir);
    let low = 0;
    for (let high = entries.length; low < high;) {
      const middle = (low + high) >> 1;
      if (entries[middle]!.cookie > after) high = middle;
      else low = middle + 1;
    }
    const out = new Uint8Array(listChunk);
    const view = new DataView(out.buffer);
    let at = 0;
    for (; low < entries.length && at + 14 + nameMax <= listChunk; low++) {
      const e = entries[low]!;
      if (dir.byName.get(e.name) !== e) continue; // removed since
      const { written } = encoder.encodeInto(e.name, out.subarray(at + 14));
      view.setUint32(at, e.cookie, true);
      const kid = dir.kids.get(e.name);
      view.setBigUint64(at + 4, kid?.ino ?? e.ino, true);
      out[at + 12] = kid?.type ?? e.type; // another may have got the name
      out[at + 13] = written;
      at += 14 + written;
    }
    return out.subarray(0, at);
  }

  *#list(dir: Node): Steps<Entry[]> {
    const path = dir.path();
    if (path === undefined) return dir.list([]);
    const fd = path === "" ? root : yield* this.#ask.descriptor(root, 0, path, Directory, dirRights, 0n, 0);
    try {
      const found: Omit<Entry, "cookie">[] = [];
      for (let cookie = 0n; ;) {
        const list = yield* this.#ask.ask("fdReaddir", fd, cookie);
        if (!Array.isArray(list)) throw this.#ask.bad("fdReaddir", "something that is not an array");
        if (list.length === 0) break;
        for (const given of list as unknown[]) {
          const entry = this.#ask.record("fdReaddir", given);
          const next = this.#ask.u64("fdReaddir", "next", entry.next);
          if (found.length >= mostEntries || next === cookie) throw this.#ask.bad("fdReaddir", "a list that does not come to an end");
          cookie = next;
          const name = this.#ask.text("fdReaddir", entry.name, nameMax);
          if (name === "." || name === "..") continue;
          if (name.includes("/") || encoder.encode(name).length > nameMax) throw this.#ask.bad("fdReaddir", `the name ${JSON.stringify(name.slice(0, 60))}`);
          const type = this.#ask.filetype("fdReaddir", entry.filetype);
          const ino = this.#ask.u64("fdReaddir", "ino", entry.ino);
          found.push({ name, type, ino });
        }
      }
      // Numbers that the provider has not got, or that are not yet known to be right.
      for (const e of found) if (!e.ino && !dir.kids.has(e.name)) this.#made(dir, e.name, { ...nothing, type: e.type });
      return dir.list(found);
    } finally {
      if (fd !== root) this.#quietly(this.#ask.ask("fdClose", fd));
    }
  }

  #read(node: Node, off: string, n: number): Steps<Uint8Array> {
    return this.files.read(node, BigInt(off), n);
  }

  #write(node: Node, off: string, data: Uint8Array): Steps<number> {
    return this.files.write(node, BigInt(off), data);
  }

  #append(node: Node, data: Uint8Array): Steps<string> {
    return this.files.append(node, data);
  }

  #allocate(node: Node, size: string): Steps<undefined> {
    return this.files.allocate(node, node.path(), BigInt(size));
  }

  *#sync(node: Node, dataOnly: boolean): Steps<undefined> {
    yield* this.files.sync(node, dataOnly);
    return undefined;
  }

  *#syncAll(): Steps<undefined> {
    for (const node of [...this.#nodes.values()]) yield* this.files.sync(node, false);
    return undefined;
  }

  *#close(): Steps<undefined> {
    yield* this.#syncAll();
    for (const node of this.#nodes.values()) yield* this.files.close(node);
    if (this.#ask.has("close")) yield* this.#ask.ask("close");
    this.#closed = true;
    return undefined;
  }
}

const nothing: Attr = { ino: 0n, type: Filetype.Unknown, nlink: 1n, size: 0n, atim: 0n, mtim: 0n, ctim: 0n, mode: 0n };

/** Numbers that are given to files whose provider has none, out of the way of those that providers count up. */
const ownNumbers = 1n << 63n;
