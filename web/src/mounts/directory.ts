// A directory that the user has picked (File System Access). Others may change
// it, too. A file that is written to is in memory until fd_sync, close, or half
// a second after the write: the browser replaces files as a whole.

import type { FilesystemProvider, ProviderHost } from "../wasix-web";
import type { Contents } from "./base";
import type { OpenFile } from "./handle_tree";
import { Handles } from "./handles";
import { snapshot } from "./opfs";

/** The largest file that can be written to. */
const mostBytes = 1 << 30;
const flushMs = 500;

export async function openDirectory(root: FileSystemDirectoryHandle, readOnly: boolean, host: ProviderHost): Promise<FilesystemProvider> {
  if (typeof root.getDirectoryHandle !== "function") throw new host.WASIXError("EINVAL", "directory: not a FileSystemDirectoryHandle");
  const may = async (mode: string) => {
    const state = await (root as unknown as { queryPermission?(o: { mode: string }): Promise<string> }).queryPermission?.({ mode });
    return state === undefined || state === "granted";
  };
  if (!(await may("read"))) throw new host.WASIXError("EACCES", `directory ${root.name}: the user has not allowed it to be read; ask with requestPermission first`);
  if (!readOnly && !(await may("readwrite"))) {
    throw new host.WASIXError("EACCES", `directory ${root.name}: the user has not allowed it to be changed; ask with requestPermission({ mode: "readwrite" }), or mount it with readOnly`);
  }
  return new Picked(host, root, readOnly);
}

class Picked extends Handles {
  constructor(host: ProviderHost, root: FileSystemDirectoryHandle, readonly readOnly: boolean) {
    super(host);
    this.setRoot(root);
  }

  protected async load(handle: FileSystemFileHandle): Promise<Contents> {
    return new Buffered(handle, await handle.getFile(), this);
  }

  /** The browser's own, while it replaces a file. */
  protected override hidden(path: string): boolean {
    return path.endsWith(".crswap");
  }

  warn(message: string): void {
    this.host.warn(message);
  }

  tooLarge(): Error {
    return this.error("EFBIG", "files of more than 1 GiB can be read, not written");
  }

  protected async detach(file: OpenFile): Promise<void> {
    const contents = file.contents as Buffered;
    await contents.keep();
    await contents.sync(); // the browser removes nothing that it is replacing
    contents.gone = true;
    await (file.handle as unknown as { remove(): Promise<void> }).remove();
  }
}

/** A file: as it was when it was opened, until it is written to. */
class Buffered implements Contents {
  gone = false;
  #bytes: Uint8Array | undefined;
  #size = 0;
  #dirty = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushing: Promise<void> | undefined;

  constructor(private readonly handle: FileSystemFileHandle, private file: globalThis.File, private readonly fs: Picked) {}

  size(): number {
    return this.#bytes ? this.#size : this.file.size;
  }

  read(into: Uint8Array, at: number): number | Promise<number> {
    if (!this.#bytes) return snapshot(this.file).read(into, at);
    const part = this.#bytes.subarray(Math.min(at, this.#size), Math.min(at + into.length, this.#size));
    into.set(part);
    return part.length;
  }

  /** Takes the contents into memory. */
  async keep(): Promise<void> {
    if (this.#bytes) return;
    if (this.file.size > mostBytes) throw this.fs.tooLarge();
    const bytes = new Uint8Array(await this.file.arrayBuffer());
    if (this.#bytes) return;
    this.#bytes = bytes;
    this.#size = bytes.length;
  }

  async write(data: Uint8Array, at: number): Promise<number> {
    data = data.slice(); // the caller may use it again
    await this.keep();
    this.#grow(at + data.length);
    this.#bytes!.set(data, at);
    this.#size = Math.max(this.#size, at + data.length);
    this.#later();
    return data.length;
  }

  async setSize(size: number): Promise<void> {
    if (size > mostBytes) throw this.fs.tooLarge();
    if (size === 0 && !this.#bytes) this.#bytes = new Uint8Array(0);
    await this.keep();
    this.#grow(size);
    this.#bytes!.fill(0, Math.min(size, this.#size));
    this.#size = size;
    this.#later();
  }

  #grow(size: number): void {
    const old = this.#bytes!;
    if (size <= old.length) return;
    if (size > mostBytes) throw this.fs.tooLarge();
    this.#bytes = new Uint8Array(Math.max(size, Math.min(2 * old.length, mostBytes)));
    this.#bytes.set(old.subarray(0, this.#size));
  }

  #later(): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.sync().catch((e: unknown) => this.fs.warn(`${this.handle.name} is not written: ${String(e)}`));
    }, flushMs);
  }

  async sync(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#flushing) await this.#flushing.catch(() => {}); // whoever wrote it has been told
    if (!this.#dirty || this.gone) return;
    this.#dirty = false;
    this.#flushing = this.#flush().finally(() => { this.#flushing = undefined; });
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    try {
      const to = await this.handle.createWritable();
      await to.write(this.#bytes!.slice(0, this.#size));
      await to.close();
    } catch (e) {
      this.#dirty = true;
      throw e;
    }
  }

  close(): Promise<void> {
    return this.sync();
  }
}
