// A file system in memory, as somebody who uses wasix-web would write a
// provider: all methods, and no code of wasix-web's. The default export makes
// one, so that it can also be loaded in the worker.

import type { Fdstat, FilesystemProvider, Filestat, ProviderDirent } from "../../../web/src/wasix-web";

const enum E { BADF = 8, EXIST = 20, FBIG = 22, INVAL = 28, ISDIR = 31, NOENT = 44, NOTDIR = 54, NOTEMPTY = 55 }

export class Failed extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

const pageSize = 4096n;
const maxSize = (1n << 63n) - 1n;

class Node {
  nlink = 1;
  size = 0n;
  pages = new Map<bigint, Uint8Array>();
  kids = new Map<string, Node>();
  target = "";
  atim: bigint;
  mtim: bigint;
  ctim: bigint;

  constructor(readonly ino: bigint, readonly filetype: number, now: bigint) {
    this.atim = this.mtim = this.ctim = now;
  }

  read(into: Uint8Array, at: bigint): number {
    let done = 0;
    while (done < into.length && at < this.size) {
      const inside = Number(at % pageSize);
      const n = Number(min(BigInt(Math.min(into.length - done, Number(pageSize) - inside)), this.size - at));
      const page = this.pages.get(at / pageSize);
      if (page) into.set(page.subarray(inside, inside + n), done);
      else into.fill(0, done, done + n);
      done += n;
      at += BigInt(n);
    }
    return done;
  }

  write(data: Uint8Array, at: bigint): number {
    if (at + BigInt(data.length) >= maxSize) throw new Failed(E.FBIG);
    for (let done = 0; done < data.length;) {
      const inside = Number(at % pageSize);
      const n = Math.min(data.length - done, Number(pageSize) - inside);
      let page = this.pages.get(at / pageSize);
      if (!page) this.pages.set(at / pageSize, (page = new Uint8Array(Number(pageSize))));
      page.set(data.subarray(done, done + n), inside);
      done += n;
      at += BigInt(n);
    }
    if (at > this.size) this.size = at;
    return data.length;
  }

  resize(size: bigint): void {
    if (size >= maxSize) throw new Failed(E.FBIG);
    for (const [i, page] of this.pages) {
      if (i * pageSize >= size) this.pages.delete(i);
      else if ((i + 1n) * pageSize > size) page.fill(0, Number(size - i * pageSize));
    }
    this.size = size;
  }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

interface Open {
  node: Node;
  at: bigint;
  flags: number;
}

export class Memory implements FilesystemProvider {
  #open = new Map<number, Open>();
  #lastFd = 3;
  #lastIno = 1n;
  #root: Node;
  closed = false;

  constructor(readonly now: () => bigint = () => BigInt(Date.now()) * 1_000_000n) {
    this.#root = new Node(1n, 3, now());
    this.#root.nlink = 2;
    this.#open.set(3, { node: this.#root, at: 0n, flags: 0 });
  }

  /** How many descriptors are open beside the top directory's. */
  get open(): number {
    return this.#open.size - 1;
  }

  fdRead(fd: number, buffers: Uint8Array[]): number {
    const f = this.#fd(fd);
    const n = this.fdPread(fd, buffers, f.at);
    f.at += BigInt(n);
    return n;
  }

  fdWrite(fd: number, buffers: Uint8Array[]): number {
    const f = this.#fd(fd);
    const n = this.fdPwrite(fd, buffers, f.at);
    f.at += BigInt(n);
    return n;
  }

  fdPread(fd: number, buffers: Uint8Array[], offset: bigint): number {
    const { node } = this.#fd(fd);
    let n = 0;
    for (const buffer of buffers) n += node.read(buffer, offset + BigInt(n));
    node.atim = this.now();
    return n;
  }

  fdPwrite(fd: number, buffers: Uint8Array[], offset: bigint): number {
    const { node } = this.#fd(fd);
    let n = 0;
    for (const buffer of buffers) n += node.write(buffer, offset + BigInt(n));
    node.mtim = node.ctim = this.now();
    return n;
  }

  fdSeek(fd: number, offset: bigint, whence: number): bigint {
    const f = this.#fd(fd);
    const to = offset + (whence === 0 ? 0n : whence === 1 ? f.at : f.node.size);
    if (to < 0n) throw new Failed(E.INVAL);
    return (f.at = to);
  }

  fdTell(fd: number): bigint {
    return this.#fd(fd).at;
  }

  fdClose(fd: number): void {
    this.#fd(fd);
    this.#open.delete(fd);
  }

  fdSync(fd: number): void {
    this.#fd(fd);
  }

  fdFdstatGet(fd: number): Fdstat {
    const f = this.#fd(fd);
    return { filetype: f.node.filetype, fsFlags: f.flags, fsRightsBase: ~0n & 0xffffffffffffffffn, fsRightsInheriting: 0n };
  }

  fdFdstatSetFlags(fd: number, flags: number): void {
    this.#fd(fd).flags = flags;
  }

  fdFilestatGet(fd: number): Filestat {
    return this.#stat(this.#fd(fd).node);
  }

  fdFilestatSetSize(fd: number, size: bigint): void {
    const { node } = this.#fd(fd);
    node.resize(size);
    node.mtim = node.ctim = this.now();
  }

  fdFilestatSetTimes(fd: number, atim: bigint, mtim: bigint, fstflags: number): void {
    this.#times(this.#fd(fd).node, atim, mtim, fstflags);
  }

  fdPrestatGet(fd: number): { name: string } | null {
    return fd === 3 ? { name: "." } : null;
  }

  fdPrestatDirName(fd: number): string {
    if (fd !== 3) throw new Failed(E.BADF);
    return ".";
  }

  fdReaddir(fd: number, cookie: bigint): ProviderDirent[] {
    const { node } = this.#fd(fd);
    if (node.filetype !== 3) throw new Failed(E.NOTDIR);
    const all: ProviderDirent[] = [".", ".."].map((name, i) => ({ next: BigInt(i + 1), ino: 0n, filetype: 3, name }));
    for (const [name, kid] of node.kids) all.push({ next: BigInt(all.length + 1), ino: kid.ino, filetype: kid.filetype, name });
    return all.slice(Number(cookie), Number(cookie) + 500);
  }

  pathOpen(dir: number, _dirflags: number, path: string, oflags: number, _rights: bigint, _inheriting: bigint, fdflags: number): number {
    const { parent, name, node: there } = this.#walk(dir, path);
    let node = there;
    if (node && oflags & 4) throw new Failed(E.EXIST);
    if (node && oflags & 2 && node.filetype !== 3) throw new Failed(E.NOTDIR);
    if (!node) {
      if (!(oflags & 1)) throw new Failed(E.NOENT);
      node = this.#make(parent, name, 4);
    } else if (oflags & 8) {
      node.resize(0n);
      node.mtim = node.ctim = this.now();
    }
    this.#open.set(++this.#lastFd, { node, at: 0n, flags: fdflags });
    return this.#lastFd;
  }

  pathFilestatGet(dir: number, _flags: number, path: string): Filestat {
    return this.#stat(this.#there(dir, path).node);
  }

  pathFilestatSetTimes(dir: number, _flags: number, path: string, atim: bigint, mtim: bigint, fstflags: number): void {
    this.#times(this.#there(dir, path).node, atim, mtim, fstflags);
  }

  pathCreateDirectory(dir: number, path: string): void {
    const { parent, name, node } = this.#walk(dir, path);
    if (node) throw new Failed(E.EXIST);
    this.#make(parent, name, 3).nlink = 2;
    parent.nlink++;
  }

  pathUnlinkFile(dir: number, path: string): void {
    const { parent, name, node } = this.#there(dir, path);
    if (node.filetype === 3) throw new Failed(E.ISDIR);
    this.#remove(parent, name, node);
  }

  pathRemoveDirectory(dir: number, path: string): void {
    const { parent, name, node } = this.#there(dir, path);
    if (node.filetype !== 3) throw new Failed(E.NOTDIR);
    if (node.kids.size > 0) throw new Failed(E.NOTEMPTY);
    this.#remove(parent, name, node);
  }

  pathRename(oldDir: number, oldPath: string, newDir: number, newPath: string): void {
    const from = this.#there(oldDir, oldPath);
    const to = this.#walk(newDir, newPath);
    if (to.node === from.node) return;
    if (to.node) {
      if (to.node.kids.size > 0) throw new Failed(E.NOTEMPTY);
      this.#remove(to.parent, to.name, to.node);
    }
    from.parent.kids.delete(from.name);
    to.parent.kids.set(to.name, from.node);
    if (from.node.filetype === 3) {
      from.parent.nlink--;
      to.parent.nlink++;
    }
    const now = this.now();
    for (const node of [from.parent, to.parent]) node.mtim = node.ctim = now;
    from.node.ctim = now;
  }

  pathLink(oldDir: number, _oldFlags: number, oldPath: string, newDir: number, newPath: string): void {
    const { node } = this.#there(oldDir, oldPath);
    const to = this.#walk(newDir, newPath);
    if (to.node) throw new Failed(E.EXIST);
    to.parent.kids.set(to.name, node);
    node.nlink++;
    node.ctim = to.parent.mtim = to.parent.ctim = this.now();
  }

  pathSymlink(target: string, dir: number, path: string): void {
    const { parent, name, node } = this.#walk(dir, path);
    if (node) throw new Failed(E.EXIST);
    const link = this.#make(parent, name, 7);
    link.target = target;
    link.size = BigInt(new TextEncoder().encode(target).length);
  }

  pathReadlink(dir: number, path: string): string {
    const { node } = this.#there(dir, path);
    if (node.filetype !== 7) throw new Failed(E.INVAL);
    return node.target;
  }

  close(): void {
    this.closed = true;
  }

  #fd(fd: number): Open {
    const f = this.#open.get(fd);
    if (!f) throw new Failed(E.BADF);
    return f;
  }

  #walk(dir: number, path: string): { parent: Node; name: string; node: Node | undefined } {
    const parts = path.split("/");
    const name = parts.pop()!;
    let parent = this.#fd(dir).node;
    for (const part of parts) {
      const next = parent.kids.get(part);
      if (!next) throw new Failed(E.NOENT);
      if (next.filetype !== 3) throw new Failed(E.NOTDIR);
      parent = next;
    }
    return { parent, name, node: parent.kids.get(name) };
  }

  #there(dir: number, path: string): { parent: Node; name: string; node: Node } {
    const { parent, name, node } = this.#walk(dir, path);
    if (!node) throw new Failed(E.NOENT);
    return { parent, name, node };
  }

  #make(parent: Node, name: string, filetype: number): Node {
    const now = this.now();
    const node = new Node(++this.#lastIno, filetype, now);
    parent.kids.set(name, node);
    parent.mtim = parent.ctim = now;
    return node;
  }

  #remove(parent: Node, name: string, node: Node): void {
    parent.kids.delete(name);
    const now = this.now();
    parent.mtim = parent.ctim = node.ctim = now;
    node.nlink--;
    if (node.filetype === 3) {
      node.nlink = 0;
      parent.nlink--;
    }
  }

  #stat(node: Node): Filestat {
    return {
      dev: 0n, ino: node.ino, filetype: node.filetype, nlink: BigInt(node.nlink), size: node.size,
      timestamps: { access: node.atim, modification: node.mtim, change: node.ctim },
    };
  }

  #times(node: Node, atim: bigint, mtim: bigint, fstflags: number): void {
    if (fstflags & 1) node.atim = atim;
    if (fstflags & 4) node.mtim = mtim;
    node.ctim = this.now();
  }
}

/** The same object, whose methods answer in ways of their own. */
export function like(provider: FilesystemProvider, answer: (method: string, call: () => unknown) => unknown, leave: string[] = []): FilesystemProvider {
  return new Proxy(provider, {
    get(target, method) {
      const fn = Reflect.get(target, method, target) as unknown;
      if (typeof method === "string" && leave.includes(method)) return undefined;
      if (typeof fn !== "function") return fn;
      return (...args: unknown[]) => answer(String(method), () => Reflect.apply(fn, target, args) as unknown);
    },
  });
}

export default function make(options?: { late?: boolean }): FilesystemProvider {
  const memory = new Memory();
  return options?.late ? like(memory, async (_, call) => call()) : memory;
}
