// A tree of FileSystemHandles as a file system: files that are opened, and names
// that change. The contents of files are the business of those who extend it.

import type { Filestat, FilesystemProvider, ProviderDirent } from "../wasix-web";
import { File, filestat, join, now, split, Symlink, within, type Contents } from "./base";
import { HandleTree, type OpenFile } from "./handle_tree";

const Create = 1;
const OnlyDirectory = 2;
const Exclusive = 4;
const Truncate = 8;

/** The largest file. */
const mostSize = 1n << 44n;

// Not in lib.dom: Chromium has it for the origin's own files.
type Movable = FileSystemFileHandle & { move?(to: FileSystemDirectoryHandle, name: string): Promise<void> };

export abstract class Handles extends HandleTree implements FilesystemProvider {
  /** Contents of a file that is opened. */
  protected abstract load(handle: FileSystemFileHandle): Promise<Contents>;
  /** Takes the name from an open file, which goes on. */
  protected abstract detach(file: OpenFile): Promise<void>;

  pathFilestatGet(fd: number, _flags: number, path: string): Promise<Filestat> {
    return this.statOf(this.pathOf(fd, path));
  }

  fdFilestatGet(fd: number): Filestat | Promise<Filestat> {
    const { file, path } = this.at(fd);
    return file ? filestat(File, file.contents.size(), file.times) : this.statOf(path);
  }

  async fdReaddir(fd: number, cookie: bigint): Promise<ProviderDirent[]> {
    const o = this.at(fd);
    if (o.file) throw this.error("ENOTDIR");
    if (cookie > 0n) return o.list?.slice(Number(cookie)) ?? [];
    const found = await this.entries(o.path);
    for (const path of this.extra.links.keys()) {
      const [up, name] = split(path);
      if (up === o.path) found.push([name, Symlink]);
    }
    return (o.list = found.map(([name, filetype], i) => ({ next: BigInt(i + 1), ino: 0n, filetype, name })));
  }

  async pathOpen(fd: number, _dirflags: number, path: string, oflags: number): Promise<number> {
    path = this.pathOf(fd, path);
    if (this.hidden(path)) throw this.error(oflags & Create ? "EINVAL" : "ENOENT");
    let found = await this.find(path);
    if (found && oflags & Exclusive && oflags & Create) throw this.error("EEXIST");
    if (found === "link") throw this.error("ELOOP");
    if (!found) {
      if (!(oflags & Create)) throw this.error("ENOENT");
      found = await this.#make(path);
    }
    if (found.kind === "directory") return this.add({ path, offset: 0 });
    if (oflags & OnlyDirectory) throw this.error("ENOTDIR");
    const file = await this.#openFile(path, found as FileSystemFileHandle);
    if (oflags & Truncate && file.contents.size() > 0) {
      await file.contents.setSize(0);
      file.times = this.touch(path);
    }
    return this.add({ path, file, offset: 0 });
  }

  async #make(path: string): Promise<FileSystemFileHandle> {
    const [up, name] = split(path);
    const parent = await this.dir(up);
    const handle = await this.tried(() => parent.getFileHandle(this.encoded(name), { create: true }));
    this.drop(path);
    this.touch(path);
    this.touch(up);
    return handle;
  }

  /** The open file at path, with one user more. */
  async #openFile(path: string, handle: FileSystemFileHandle): Promise<OpenFile> {
    for (;;) {
      for (let closing; (closing = this.closing.get(path)); ) await closing;
      const open = this.files.get(path);
      if (open) {
        open.users++;
        return open;
      }
      const m = this.extra.times.get(path) ? 0n : BigInt((await this.tried(() => handle.getFile())).lastModified) * 1_000_000n;
      const contents = await this.tried(() => this.load(handle));
      if (this.closing.has(path) || this.files.has(path)) { // another was faster
        await contents.close();
        continue;
      }
      const file: OpenFile = { handle, contents, users: 1, path, times: this.extra.times.get(path) ?? { a: m, m, c: m } };
      this.files.set(path, file);
      return file;
    }
  }

  async fdClose(fd: number): Promise<void> {
    const o = this.at(fd);
    this.open.delete(fd);
    const { file } = o;
    if (!file || --file.users > 0) return;
    await file.moving;
    if (file.users > 0) return; // opened meanwhile
    if (file.path) {
      this.files.delete(file.path);
      this.extra.times.set(file.path, file.times);
    }
    const { path } = file;
    const done = this.tried(async () => file.contents.close());
    if (!path) return done.then(() => this.ended(file));
    const closing = done.catch(() => {}).then(() => {
      if (this.closing.get(path) === closing) this.closing.delete(path);
    });
    this.closing.set(path, closing);
    await done;
  }

  /** Names may not change under files that are being closed. */
  async #quiet(): Promise<void> {
    while (this.closing.size > 0) await Promise.all(this.closing.values());
  }

  /** The last user of a file without a name has gone. */
  protected async ended(_file: OpenFile): Promise<void> {}

  override fdPwrite(fd: number, buffers: Uint8Array[], offset: bigint): number | Promise<number> {
    const { file } = this.at(fd);
    if (file?.moving) return file.moving.then(() => this.fdPwrite(fd, buffers, offset));
    if (offset >= mostSize) throw this.error("EFBIG");
    try {
      const n = super.fdPwrite(fd, buffers, offset);
      if (file) this.#written(file);
      return n instanceof Promise ? n.catch((e: unknown) => { throw this.failure(e); }) : n;
    } catch (e) {
      throw this.failure(e);
    }
  }

  override fdPread(fd: number, buffers: Uint8Array[], offset: bigint): number | Promise<number> {
    const { file } = this.at(fd);
    if (file?.moving) return file.moving.then(() => this.fdPread(fd, buffers, offset));
    return super.fdPread(fd, buffers, offset);
  }

  #written(file: OpenFile): void {
    const t = now();
    file.times = { a: file.times.a, m: t, c: t };
    if (!file.path) return;
    this.drop(file.path);
    this.extra.times.set(file.path, file.times);
  }

  async fdSync(fd: number): Promise<void> {
    const { file } = this.at(fd);
    await file?.moving;
    await this.tried(async () => file?.contents.sync());
  }

  async fdFilestatSetSize(fd: number, size: bigint): Promise<void> {
    const o = this.at(fd);
    await o.file?.moving;
    if (size > mostSize) throw this.error("EFBIG");
    await this.tried(async () => this.contents(o).setSize(Number(size)));
    this.#written(o.file!);
  }

  fdFilestatSetTimes(fd: number, atim: bigint, mtim: bigint, flags: number): void | Promise<void> {
    const { file, path } = this.at(fd);
    if (!file || file.path) return this.#setTimes(file?.path ?? path, atim, mtim, flags);
    file.times = { a: flags & 1 ? atim : file.times.a, m: flags & 4 ? mtim : file.times.m, c: now() };
  }

  pathFilestatSetTimes(fd: number, _flags: number, path: string, atim: bigint, mtim: bigint, flags: number): Promise<void> {
    return this.#setTimes(this.pathOf(fd, path), atim, mtim, flags);
  }

  async #setTimes(path: string, atim: bigint, mtim: bigint, flags: number): Promise<void> {
    const { timestamps: t } = await this.statOf(path);
    const times = this.touch(path, { a: flags & 1 ? atim : t.access, m: flags & 4 ? mtim : t.modification });
    const file = this.files.get(path);
    if (file) file.times = times;
  }

  async pathCreateDirectory(fd: number, path: string): Promise<void> {
    path = this.pathOf(fd, path);
    if (this.hidden(path)) throw this.error("EINVAL");
    if (await this.find(path)) throw this.error("EEXIST");
    const [up, name] = split(path);
    const parent = await this.dir(up);
    this.dirs.set(path, await this.tried(() => parent.getDirectoryHandle(this.encoded(name), { create: true })));
    this.subs.delete(up);
    this.touch(path);
    this.touch(up);
  }

  async pathUnlinkFile(fd: number, path: string): Promise<void> {
    await this.#quiet();
    path = this.pathOf(fd, path);
    const found = await this.must(path);
    if (found !== "link" && found.kind === "directory") throw this.error("EISDIR");
    await this.#remove(path);
    this.touch(split(path)[0]);
  }

  /** Takes away a file or a link. */
  async #remove(path: string): Promise<void> {
    const [up, name] = split(path);
    const file = this.files.get(path);
    if (this.extra.links.delete(path)) {
      this.changed(); // it was in the record only
    } else if (file) {
      await this.#while(file, async () => {
        await this.detach(file);
        this.files.delete(path);
        file.path = "";
      });
    } else {
      const parent = await this.dir(up);
      await this.tried(() => parent.removeEntry(this.encoded(name)));
    }
    this.drop(path);
  }

  /** Keeps the users of a file waiting. */
  async #while(file: OpenFile, fn: () => Promise<void>): Promise<void> {
    await file.moving;
    const done = this.tried(fn);
    file.moving = done.catch(() => {}).then(() => { delete file.moving; });
    await done;
  }

  async pathRemoveDirectory(fd: number, path: string): Promise<void> {
    await this.#quiet();
    path = this.pathOf(fd, path);
    const found = await this.must(path);
    if (found === "link" || found.kind !== "directory") throw this.error("ENOTDIR");
    await this.#rmdir(path);
    this.touch(split(path)[0]);
  }

  async #rmdir(path: string): Promise<void> {
    for (const link of this.extra.links.keys()) if (split(link)[0] === path) throw this.error("ENOTEMPTY");
    if ((await this.entries(path)).length > 0) throw this.error("ENOTEMPTY");
    const [up, name] = split(path);
    const parent = await this.dir(up);
    await this.tried(() => parent.removeEntry(this.encoded(name)));
    this.#forget(path);
  }

  #forget(path: string): void {
    this.subs.delete(split(path)[0]);
    for (const known of this.subs.keys()) if (within(known, path)) this.subs.delete(known);
    for (const known of this.dirs.keys()) if (within(known, path)) this.dirs.delete(known);
    for (const known of this.extra.times.keys()) if (within(known, path)) this.drop(known);
  }

  async pathRename(fd: number, path: string, fd2: number, path2: string): Promise<void> {
    await this.#quiet();
    const [from, to] = [this.pathOf(fd, path), this.pathOf(fd2, path2)];
    if (this.hidden(to)) throw this.error("EINVAL");
    const found = await this.must(from);
    const there = await this.find(to);
    const dir = found !== "link" && found.kind === "directory";
    if (there) {
      const over = there !== "link" && there.kind === "directory";
      if (dir !== over) throw this.error(dir ? "ENOTDIR" : "EISDIR");
      if (over) await this.#rmdir(to);
      else if (there === "link" || this.files.has(to) || found === "link") await this.#remove(to);
    }
    await this.#move(from, to, found);
    this.touch(split(from)[0]);
    this.touch(split(to)[0]);
  }

  async #move(from: string, to: string, found: FileSystemHandle | "link"): Promise<void> {
    const { times, links } = this.extra;
    const t = times.get(from);
    if (found === "link") {
      links.set(to, links.get(from)!);
      links.delete(from);
    } else if (found.kind === "directory") {
      await this.#moveDir(from, to);
    } else {
      const file = this.files.get(from);
      const [dir, name] = [await this.dir(split(to)[0]), this.encoded(split(to)[1])];
      if (file) {
        await this.#while(file, async () => {
          await file.contents.close();
          file.handle = await this.#moveFile(file.handle, from, dir, name);
          file.contents = await this.load(file.handle);
          this.files.delete(from);
          this.files.set(to, file);
          file.path = to;
          file.times = { ...file.times, c: now() };
        });
        for (const o of this.open.values()) if (o.file === file) o.path = to;
      } else {
        await this.tried(() => this.#moveFile(found as FileSystemFileHandle, from, dir, name));
      }
    }
    times.delete(from);
    times.delete(to);
    if (t) times.set(to, { ...t, c: now() });
    if (t?.set || found === "link") this.changed();
  }

  async #moveFile(handle: Movable, from: string, dir: FileSystemDirectoryHandle, name: string): Promise<FileSystemFileHandle> {
    if (handle.move && this.exclusive) {
      await handle.move(dir, name);
      return dir.getFileHandle(name);
    }
    const copy = await dir.getFileHandle(name, { create: true });
    const file = await handle.getFile();
    await file.stream().pipeTo(await copy.createWritable());
    const [up, old] = split(from);
    await (await this.dir(up)).removeEntry(this.encoded(old));
    return copy;
  }

  // The browser moves no directories: what is in them is moved, one after the other.
  async #moveDir(from: string, to: string): Promise<void> {
    const [up, name] = split(to);
    const parent = await this.dir(up);
    const made = await this.tried(() => parent.getDirectoryHandle(this.encoded(name), { create: true }));
    this.dirs.set(to, made);
    const fd = this.add({ path: from, offset: 0 });
    const list = await this.fdReaddir(fd, 0n);
    this.open.delete(fd);
    for (const { name } of list) {
      const kid = join(from, name);
      await this.#move(kid, join(to, name), await this.must(kid));
    }
    for (const o of this.open.values()) if (!o.file && o.path === from) o.path = to;
    const [old, last] = split(from);
    const above = await this.dir(old);
    await this.tried(() => above.removeEntry(this.encoded(last)));
    this.#forget(from);
    this.subs.delete(up);
  }

  pathLink(): never {
    throw this.error("ENOTSUP");
  }

  async pathReadlink(fd: number, path: string): Promise<string> {
    const target = this.extra.links.get(this.pathOf(fd, path));
    if (target === undefined) throw this.error((await this.find(this.pathOf(fd, path))) ? "EINVAL" : "ENOENT");
    return target;
  }

  async pathSymlink(target: string, fd: number, path: string): Promise<void> {
    path = this.pathOf(fd, path);
    if (!this.exclusive) throw this.error("ENOTSUP");
    if (this.hidden(path)) throw this.error("EINVAL");
    if (await this.find(path)) throw this.error("EEXIST");
    await this.dir(split(path)[0]);
    this.extra.links.set(path, target);
    this.touch(path);
    this.touch(split(path)[0]);
  }

  async close(): Promise<void> {
    await this.#quiet();
    for (const file of this.files.values()) await this.tried(async () => file.contents.close());
  }
}
