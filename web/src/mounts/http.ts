// A read-only tree on a web server, as a manifest says it is. A file is fetched
// when it is opened; of a large one, the parts that are read, when the server
// has ranges.

import type { Filestat, FilesystemProvider, ProviderDirent, ProviderHost } from "../wasix-web";
import { Base, Directory, filestat, Symlink, type Contents, type Open } from "./base";
import { readManifest, type Node } from "./manifest";

/** Files from this size on are fetched in parts. */
const large = 4 << 20;
const part = 1 << 20;
/** How much is kept of files that nobody has open. */
const defaultCache = 256 << 20;

interface OpenNode extends Open {
  node: Node;
  file?: Body;
}

export async function openHTTP(url: string, cacheBytes: number | undefined, host: ProviderHost): Promise<FilesystemProvider> {
  const fail = (code: string, message: string) => new host.WASIXError(code, `http ${url}: ${message}`);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url);
    text = await response.text();
  } catch (e) {
    throw fail("EIO", (e as Error).message);
  }
  if (!response.ok) throw fail(response.status === 404 ? "ENOENT" : "EIO", status(response));
  let tree;
  try {
    tree = readManifest(text);
  } catch (e) {
    throw fail("EINVAL", (e as Error).message);
  }
  return new HTTP(host, tree.root, new URL(tree.base, response.url || url).href, cacheBytes ?? defaultCache);
}

const status = (r: Response) => `${r.status} ${r.statusText}`.trim();

class HTTP extends Base<OpenNode> implements FilesystemProvider {
  readonly readOnly = true;
  #bodies = new Map<Node, Body>();

  constructor(host: ProviderHost, root: Node, private readonly base: string, private readonly cacheBytes: number) {
    super(host);
    this.open.set(3, { node: root, offset: 0 });
  }

  protected contents(o: OpenNode): Contents {
    if (!o.file) throw this.error("EISDIR");
    return o.file;
  }

  protected typeOf(o: OpenNode): number {
    return o.node.type;
  }

  #find(fd: number, path: string): Node {
    let n = this.at(fd).node;
    for (const name of path === "" ? [] : path.split("/")) {
      if (n.type !== Directory) throw this.error("ENOTDIR");
      const kid = n.kids.get(name);
      if (!kid) throw this.error("ENOENT");
      n = kid;
    }
    return n;
  }

  #stat(n: Node): Filestat {
    const size = n.type === Symlink ? new TextEncoder().encode(n.target).length : n.type === Directory ? 4096 : n.size;
    return { ...filestat(n.type, size, n.times), mode: n.mode };
  }

  pathFilestatGet(fd: number, _flags: number, path: string): Filestat {
    return this.#stat(this.#find(fd, path));
  }

  fdFilestatGet(fd: number): Filestat {
    return this.#stat(this.at(fd).node);
  }

  fdReaddir(fd: number, cookie: bigint): ProviderDirent[] {
    const { node } = this.at(fd);
    if (node.type !== Directory) throw this.error("ENOTDIR");
    return [...node.kids].map(([name, kid], i) => ({ next: BigInt(i + 1), ino: 0n, filetype: kid.type, name })).slice(Number(cookie));
  }

  pathReadlink(fd: number, path: string): string {
    const n = this.#find(fd, path);
    if (n.type !== Symlink) throw this.error("EINVAL");
    return n.target;
  }

  async pathOpen(fd: number, _dirflags: number, path: string, oflags: number): Promise<number> {
    const node = this.#find(fd, path);
    if (oflags & 9) throw this.error("EROFS");
    if (node.type === Symlink) throw this.error("ELOOP");
    if (node.type === Directory) return this.add({ node, offset: 0 });
    if (oflags & 2) throw this.error("ENOTDIR");
    let file = this.#bodies.get(node);
    if (!file) {
      const url = new URL(node.path.split("/").map(encodeURIComponent).join("/"), this.base).href;
      file = new Body(url, node.size, this.host, (code, message) => this.error(code, message));
    }
    this.#bodies.delete(node); // the newest is last
    this.#bodies.set(node, file);
    file.users++;
    try {
      await file.begin();
    } catch (e) {
      file.users--;
      this.#bodies.delete(node);
      throw e;
    }
    this.#evict();
    return this.add({ node, file, offset: 0 });
  }

  fdClose(fd: number): void {
    const o = this.at(fd);
    this.open.delete(fd);
    if (o.file) o.file.users--;
    this.#evict();
  }

  #evict(): void {
    let bytes = 0;
    for (const b of this.#bodies.values()) bytes += b.bytes;
    for (const [node, b] of this.#bodies) {
      if (bytes <= this.cacheBytes) return;
      if (b.users > 0) continue;
      bytes -= b.bytes;
      this.#bodies.delete(node);
    }
  }

  #refuse(): never {
    throw this.error("EROFS");
  }
  pathCreateDirectory = this.#refuse;
  pathUnlinkFile = this.#refuse;
  pathRemoveDirectory = this.#refuse;
  pathRename = this.#refuse;
}

/** The contents of one file, as far as they are here. */
class Body implements Contents {
  users = 0;
  /** How much is in memory. */
  bytes = 0;
  #whole: Uint8Array | undefined;
  #parts: (Uint8Array | undefined)[] = [];
  #wanted = new Map<number, Promise<void>>();
  #begun: Promise<void> | undefined;
  /** What the server called this version of it. */
  #tag: string | null = null;

  constructor(private readonly url: string, private readonly length: number, private readonly host: ProviderHost, private readonly error: (code: string, message: string) => Error) {}

  size(): number {
    return this.length;
  }

  /** Fetches the file, or the first part of a large one. */
  begin(): Promise<void> {
    this.#begun ??= this.length >= large ? this.#need(0) : this.#fetch();
    return this.#begun;
  }

  read(into: Uint8Array, at: number): number | Promise<number> {
    const n = Math.min(into.length, this.length - at);
    if (n <= 0) return 0;
    if (this.#whole) {
      into.set(this.#whole.subarray(at, at + n));
      return n;
    }
    const first = Math.floor(at / part);
    const last = Math.floor((at + n - 1) / part);
    const missing: Promise<void>[] = [];
    for (let i = first; i <= last; i++) if (!this.#parts[i]) missing.push(this.#need(i));
    // Who reads on gets the next part meanwhile.
    const next = last + 1;
    if (next * part < this.length && !this.#parts[next] && (first === 0 || this.#parts[first - 1])) this.#need(next).catch(() => {});
    if (missing.length > 0) return Promise.all(missing).then(() => this.read(into, at));
    for (let i = first; i <= last; i++) {
      const from = Math.max(at, i * part);
      into.set(this.#parts[i]!.subarray(from - i * part, at + n - i * part), from - at);
    }
    return n;
  }

  /** Fetches part i; or everything, when the server has no ranges. */
  #need(i: number): Promise<void> {
    let p = this.#wanted.get(i);
    if (!p) this.#wanted.set(i, (p = this.#fetch(i).finally(() => this.#wanted.delete(i))));
    return p;
  }

  async #fetch(i?: number): Promise<void> {
    const from = (i ?? 0) * part;
    const to = i === undefined ? this.length : Math.min(from + part, this.length);
    const headers: Record<string, string> = i === undefined ? {} : { Range: `bytes=${from}-${to - 1}` };
    if (this.#whole) return;
    let r: Response;
    try {
      r = await fetch(this.url, { headers });
    } catch (e) {
      throw this.#failed(`cannot be fetched: ${(e as Error).message}`);
    }
    const ranged = i !== undefined && r.status === 206;
    if (r.status !== 200 && !ranged) throw this.#failed(`answered ${status(r)}`);
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(r.headers.get("Content-Range") ?? "") ?? [];
    if (ranged && (start !== undefined && Number(start) !== from || total !== undefined && Number(total) !== this.length)) {
      throw this.#failed(`has another length than the manifest says: ${r.headers.get("Content-Range")} instead of ${this.length}`);
    }
    const tag = r.headers.get("ETag");
    if (this.#tag !== null && tag !== null && tag !== this.#tag) throw this.#failed("has changed while it was being read");
    this.#tag ??= tag;
    const data = await this.#receive(r, ranged ? to - from : this.length);
    if (ranged) {
      if (!this.#whole && !this.#parts[i!]) this.bytes += data.length;
      this.#parts[i!] = data;
    } else {
      this.#whole = data;
      this.#parts = [];
      this.bytes = data.length;
    }
  }

  /** Takes a body that has so many bytes. */
  async #receive(r: Response, size: number): Promise<Uint8Array> {
    const data = new Uint8Array(size);
    let at = 0;
    const reader = r.body?.getReader();
    try {
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done) break;
        if (at + value.length > size) {
          at += value.length;
          break;
        }
        data.set(value, at);
        at += value.length;
        this.host.progress?.(this.url, at, size);
      }
    } catch (e) {
      throw this.#failed(`broke off after ${at} of ${size} bytes: ${(e as Error).message}`);
    }
    if (at !== size) {
      void reader?.cancel().catch(() => {});
      throw this.#failed(`has another length than the manifest says: ${at > size ? `more than ${size}` : at} instead of ${size}`);
    }
    return data;
  }

  #failed(what: string): Error {
    this.#begun = undefined;
    const message = `${this.url} ${what}`;
    this.host.warn(message);
    return this.error("EIO", message);
  }

  write(): never {
    throw this.error("EROFS", this.url);
  }
  setSize(): never {
    throw this.error("EROFS", this.url);
  }
  sync(): void {}
  close(): void {}
}

