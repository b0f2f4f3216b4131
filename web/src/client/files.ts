// sys.fs: the files that programs see.

import type { ArchiveSource, Assets, Bytes, DirEntry, ExportOptions, FileSystem, ImportOptions, Imported, Snapshot, Stat } from "../wasix-web";
import type { CallName, Calls } from "../protocol";
import type * as Archive from "../archive/index";
import { WASIXError } from "./errors";
import type { Providers } from "./providers";
import { absolute, isProgram, messageOf, programFile, toBytes } from "./sources";

/** How a call reaches the worker. */
export type Caller = <K extends CallName>(op: K, args: Calls[K]["args"]) => Promise<Calls[K]["result"]>;

const decoder = new TextDecoder();

export class Files implements FileSystem {
  #call: Caller;
  #snapshots = new WeakMap<Snapshot, number>();
  #assets: Assets | undefined;

  constructor(call: Caller, private readonly providers: Providers, assets?: Assets) {
    this.#call = call;
    this.#assets = assets;
  }

  async readFile(path: string, { offset = 0, length = -1 }: { offset?: number; length?: number } = {}): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#call("readFile", [checked(path), offset, length])) as Uint8Array<ArrayBuffer>;
  }

  async readText(path: string): Promise<string> {
    return decoder.decode(await this.readFile(path));
  }

  async writeFile(path: string, data: Bytes, options: { append?: boolean; parents?: boolean } = {}): Promise<void> {
    await this.#call("writeFile", [checked(path), toBytes(data), !!options.append, !!options.parents]);
  }

  async readDir(path: string): Promise<DirEntry[]> {
    return this.#call("readDir", [checked(path)]);
  }

  async stat(path: string): Promise<Stat> {
    return this.#call("stat", [checked(path), true]);
  }

  async lstat(path: string): Promise<Stat> {
    return this.#call("stat", [checked(path), false]);
  }

  async exists(path: string): Promise<boolean> {
    try {
      await this.stat(path);
      return true;
    } catch (error) {
      if (isCode(error, "ENOENT", "ENOTDIR")) return false;
      throw error;
    }
  }

  async mkdir(path: string, options: { recursive?: boolean } = {}): Promise<void> {
    await this.#call("mkdir", [checked(path), !!options.recursive]);
  }

  async remove(path: string, options: { recursive?: boolean; force?: boolean } = {}): Promise<void> {
    try {
      await this.#call("remove", [checked(path), !!options.recursive]);
    } catch (error) {
      if (!options.force || !isCode(error, "ENOENT")) throw error;
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call("rename", [checked(from), checked(to)]);
  }

  async symlink(target: string, path: string): Promise<void> {
    await this.#call("symlink", [String(target), checked(path)]);
  }

  async link(existing: string, path: string): Promise<void> {
    await this.#call("link", [checked(existing), checked(path)]);
  }

  async readlink(path: string): Promise<string> {
    return this.#call("readlink", [checked(path)]);
  }

  async utimes(path: string, atime: number | Date, mtime: number | Date): Promise<void> {
    await this.#call("setAttr", [checked(path), true, { atimeMs: Number(atime), mtimeMs: Number(mtime) }]);
  }

  async lutimes(path: string, atime: number | Date, mtime: number | Date): Promise<void> {
    await this.#call("setAttr", [checked(path), false, { atimeMs: Number(atime), mtimeMs: Number(mtime) }]);
  }

  async truncate(path: string, size = 0): Promise<void> {
    if (!Number.isSafeInteger(size) || size < 0) throw new WASIXError("EINVAL", `EINVAL: ${path}: not a size: ${size}`);
    await this.#call("setAttr", [checked(path), true, { size }]);
  }

  async chmod(path: string, mode: number): Promise<void> {
    if (!Number.isInteger(mode) || mode < 0 || mode > 0o777) throw new WASIXError("EINVAL", `EINVAL: ${path}: not permission bits: ${mode}`);
    await this.#call("setAttr", [checked(path), true, { mode }]);
  }

  async sync(): Promise<void> {
    await this.#call("sync", []);
  }

  async mount(path: string, spec: unknown): Promise<void> {
    if (isProgram(spec)) return this.writeFile(path, await programFile(checked(path), spec), { parents: true });
    await this.#call("mount", [checked(path), this.providers.wireMount(path, spec)]);
  }

  async unmount(path: string): Promise<void> {
    await this.#call("unmount", [checked(path)]);
    this.providers.unmounted(path);
  }

  async snapshot(path = "/"): Promise<Snapshot> {
    const number = await this.#call("snapshot", [checked(path)]);
    let held = true;
    const release = async () => {
      if (held) await this.#call("release", [number]);
      held = false;
    };
    const snapshot = { release, [Symbol.asyncDispose]: release };
    this.#snapshots.set(snapshot, number);
    return snapshot;
  }

  async restore(snapshot: Snapshot, path = "/"): Promise<void> {
    await this.#call("restore", [checked(path), this.#snapshots.get(snapshot) ?? 0]);
  }

  async check(path: string, options: { repair?: boolean } = {}): Promise<string[]> {
    return this.#call("check", [checked(path), !!options.repair]);
  }

  async persist(): Promise<boolean> {
    return (await globalThis.navigator?.storage?.persist?.()) ?? false;
  }

  async estimate(): Promise<{ usage: number; quota: number; persisted: boolean }> {
    const storage = globalThis.navigator?.storage;
    const [estimate, persisted] = await Promise.all([storage?.estimate?.(), storage?.persisted?.()]);
    return { usage: estimate?.usage ?? 0, quota: estimate?.quota ?? 0, persisted: persisted ?? false };
  }

  async importTar(source: ArchiveSource, path: string, options?: ImportOptions): Promise<Imported> {
    return (await this.#archive()).importTar(this, WASIXError, source, checked(path), options);
  }

  async importZip(source: ArchiveSource, path: string, options?: ImportOptions): Promise<Imported> {
    return (await this.#archive()).importZip(this, WASIXError, source, checked(path), options);
  }

  async exportTar(path: string, options?: ExportOptions & { gzip?: boolean }): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return (await this.#archive()).exportTar(this, WASIXError, checked(path), options);
  }

  async exportZip(path: string, options?: ExportOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return (await this.#archive()).exportZip(this, WASIXError, checked(path), options);
  }

  // Most pages never have an archive, so this is a script of its own.
  async #archive(): Promise<typeof Archive> {
    const given = this.#assets?.archive;
    const url = given ? absolute(given) : new URL("./wasix-web.archive.js", import.meta.url);
    try {
      return await import(/* @vite-ignore */ /* webpackIgnore: true */ url.href);
    } catch (cause) {
      throw new WASIXError("ENOSYS", `ENOSYS: cannot load ${url.href}, which archives need (a bundle built without npm has none): ${messageOf(cause)}`);
    }
  }
}

function checked(path: string): string {
  if (typeof path !== "string") throw new TypeError(`a path must be a string, not ${typeof path}`);
  if (!path.startsWith("/")) throw new WASIXError("EINVAL", `EINVAL: ${JSON.stringify(path.slice(0, 200))}: paths are absolute here`);
  if (path.includes("\0")) throw new WASIXError("EINVAL", `EINVAL: ${JSON.stringify(path.slice(0, 200))}: a path holds no NUL`);
  return path;
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof WASIXError && codes.includes(error.code);
}
