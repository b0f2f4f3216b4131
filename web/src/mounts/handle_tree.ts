// Where things are in a tree of FileSystemHandles, and what is told of them.

import type { Filestat } from "../wasix-web";
import { Base, Directory, File, filestat, join, now, split, Symlink, type Contents, type Open, type Times } from "./base";

/** An open file, whatever its name is now. */
export interface OpenFile {
  handle: FileSystemFileHandle;
  contents: Contents;
  users: number;
  /** "" when it has none any more. */
  path: string;
  /** While it is being moved. */
  moving?: Promise<void>;
  times: Times;
}

export interface OpenHandle extends Open {
  file?: OpenFile;
  path: string;
}

/** What is kept beside the handles. */
export interface Extra {
  times: Map<string, Times>;
  links: Map<string, string>;
}

export abstract class HandleTree extends Base<OpenHandle> {
  #root!: FileSystemDirectoryHandle;
  protected dirs = new Map<string, FileSystemDirectoryHandle>();
  /** How many directories are in a directory, where that has been asked. */
  protected subs = new Map<string, number>();
  /** Files that are being closed, which may take a while. */
  protected closing = new Map<string, Promise<void>>();
  protected files = new Map<string, OpenFile>();
  protected extra: Extra = { times: new Map(), links: new Map() };
  abstract readonly readOnly: boolean;

  protected setRoot(root: FileSystemDirectoryHandle): void {
    this.#root = root;
    this.open.set(3, { path: "", offset: 0 });
    this.touch("");
  }

  /** Something in extra has changed. */
  protected changed(): void {}
  /** Names at the top that nobody sees. */
  protected hidden(_path: string): boolean {
    return false;
  }

  protected contents(o: OpenHandle): Contents {
    if (!o.file) throw this.error("EISDIR");
    return o.file.contents;
  }

  protected typeOf(o: OpenHandle): number {
    return o.file ? File : Directory;
  }

  /** Runs fn, whose DOMExceptions become errnos. The browser lets go of a file some time after it has been closed. */
  protected async tried<T>(fn: () => Promise<T>): Promise<T> {
    for (let ms = 5; ; ms *= 4) {
      try {
        return await fn();
      } catch (e) {
        if ((e as DOMException | undefined)?.name !== "NoModificationAllowedError" || ms > 500) throw this.failure(e);
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
    }
  }

  protected failure(e: unknown): unknown {
    const name = e instanceof DOMException || e instanceof TypeError ? e.name : "";
    const code = codes[name];
    return code ? this.error(code, `${name}: ${(e as Error).message}`) : e;
  }

  protected async dir(path: string): Promise<FileSystemDirectoryHandle> {
    if (path === "") return this.#root;
    const known = this.dirs.get(path);
    if (known) return known;
    const [up, name] = split(path);
    const parent = await this.dir(up);
    const handle = await this.tried(() => parent.getDirectoryHandle(this.encoded(name)));
    this.dirs.set(path, handle);
    return handle;
  }

  /** What path leads to; undefined when nothing. */
  protected async find(path: string): Promise<FileSystemHandle | "link" | undefined> {
    if (path === "") return this.#root;
    if (this.hidden(path)) return undefined;
    if (this.extra.links.has(path)) return "link";
    for (let closing; (closing = this.closing.get(path)); ) await closing;
    const open = this.files.get(path);
    if (open) return open.handle;
    const known = this.dirs.get(path);
    if (known && this.exclusive) return known;
    const [up, name] = split(path);
    const parent = await this.dir(up);
    try {
      return await parent.getFileHandle(this.encoded(name));
    } catch (e) {
      const { name: what } = e as DOMException;
      if (what === "NotFoundError") return undefined;
      if (what === "TypeMismatchError") return this.dir(path);
      throw this.failure(e);
    }
  }

  /** Nobody else changes what is in the tree. */
  protected get exclusive(): boolean {
    return false;
  }

  protected async must(path: string): Promise<FileSystemHandle | "link"> {
    const found = await this.find(path);
    if (!found) throw this.error("ENOENT");
    return found;
  }

  protected pathOf(fd: number, path: string): string {
    const o = this.at(fd);
    if (o.file) throw this.error("ENOTDIR");
    return join(o.path, path);
  }

  /** Times of what has changed. */
  protected touch(path: string, times: Partial<Times> = {}): Times {
    const t = now();
    const old = this.extra.times.get(path);
    const next: Times = { a: times.a ?? old?.a ?? t, m: times.m ?? t, c: t, set: times.m !== undefined };
    this.extra.times.set(path, next);
    if (next.set || old?.set) this.changed();
    return next;
  }

  protected drop(path: string): void {
    if (this.extra.times.get(path)?.set) this.changed();
    this.extra.times.delete(path);
  }

  protected async statOf(path: string): Promise<Filestat> {
    const found = await this.must(path);
    let times = this.extra.times.get(path);
    if (found === "link") return filestat(Symlink, new TextEncoder().encode(this.extra.links.get(path)).length, times ?? zero);
    if (found.kind === "directory") return filestat(Directory, 4096, times ?? this.touch(path), 2 + await this.#count(path));
    const open = this.files.get(path);
    if (open) return filestat(File, open.contents.size(), open.times);
    const { size, lastModified } = await this.tried(() => (found as FileSystemFileHandle).getFile());
    const m = BigInt(lastModified) * 1_000_000n;
    // Who has changed the file last? The browser's clock is not asked: it stamps when we have long been done.
    if (times && !this.exclusive) times.seen ??= lastModified;
    if (!times || times.seen !== undefined && times.seen !== lastModified) times = { a: m, m, c: m };
    return filestat(File, size, times);
  }

  async #count(path: string): Promise<number> {
    let n = this.subs.get(path);
    if (n === undefined) {
      n = 0;
      for (const [, type] of await this.entries(path)) if (type === Directory) n++;
      this.subs.set(path, n);
    }
    return n;
  }

  /** What is in a directory, but for links. */
  protected async entries(path: string): Promise<[name: string, type: number][]> {
    const dir = await this.dir(path);
    const found: [string, number][] = [];
    await this.tried(async () => {
      for await (const [raw, handle] of (dir as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries()) {
        const name = this.decoded(raw);
        if (!this.hidden(join(path, name))) found.push([name, handle.kind === "directory" ? Directory : File]);
      }
    });
    return found;
  }

  /** What a name is called in the browser's file system, and the reverse. */
  protected encoded(name: string): string {
    return name;
  }
  protected decoded(name: string): string {
    return name;
  }
}

const zero: Times = { a: 0n, m: 0n, c: 0n };

/** The errors of the browser. */
const codes: Record<string, string> = {
  NotFoundError: "ENOENT", TypeMismatchError: "ENOTDIR", NotAllowedError: "EACCES", SecurityError: "EACCES", QuotaExceededError: "ENOSPC",
  NoModificationAllowedError: "EBUSY", InvalidModificationError: "ENOTEMPTY", TypeError: "EINVAL", NotReadableError: "EIO",
};
