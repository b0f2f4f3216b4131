// Files of this site's own (OPFS), with handles that read and write at once.
//
// OPFS has names, contents, and the time of the last change. Symbolic links and
// times that were set are in a record, the file .wasix-web; a file that is
// removed while it is open is called .wasix-web.N until it is closed.

import type { FilesystemProvider, ProviderHost } from "../wasix-web";
import type { Contents } from "./base";
import type { OpenFile } from "./handle_tree";
import { Handles } from "./handles";

const record = ".wasix-web";
/** How long an opener waits for the one before to go: a page that is being reloaded is still there. */
const graceMs = 1500;
const saveMs = 500;

interface AccessHandle {
  read(into: Uint8Array, o: { at: number }): number;
  write(data: Uint8Array, o: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

export async function openOPFS(path: string, readOnly: boolean, host: ProviderHost): Promise<FilesystemProvider> {
  if (!navigator.storage?.getDirectory) throw new host.WASIXError("ENOTSUP", "there is no OPFS here");
  const release = readOnly ? () => {} : await lock(path, host);
  try {
    let root = await navigator.storage.getDirectory();
    for (const name of path.split("/").filter(Boolean)) root = await root.getDirectoryHandle(name, { create: !readOnly });
    const fs = new OPFS(host, readOnly, release);
    await fs.start(root);
    return fs;
  } catch (e) {
    release();
    if (e instanceof DOMException || e instanceof TypeError) {
      const code = { NotFoundError: "ENOENT", TypeMismatchError: "ENOTDIR", TypeError: "EINVAL", SecurityError: "EACCES" }[e.name];
      throw new host.WASIXError(code ?? "EIO", `opfs ${path}: ${e.name}: ${e.message}`);
    }
    throw e;
  }
}

/** One writer at a time, in all tabs and workers. */
function lock(path: string, host: ProviderHost): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(`wasix-web:opfs:${path}`, { signal: AbortSignal.timeout(graceMs) },
      () => new Promise<void>((release) => resolve(release)))
      .catch(() => reject(new host.WASIXError("EBUSY", `opfs ${path}: it is in use by another tab or worker, and has one writer at a time; { readOnly: true } reads it all the same`)));
  });
}

class OPFS extends Handles {
  #root!: FileSystemDirectoryHandle;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dirty = false;
  #saving: Promise<void> | undefined;
  #trash = 0;

  constructor(host: ProviderHost, readonly readOnly: boolean, private readonly release: () => void) {
    super(host);
  }

  protected override get exclusive(): boolean {
    return !this.readOnly;
  }

  protected override hidden(path: string): boolean {
    return path === record || path.startsWith(`${record}.`) && !path.includes("/");
  }

  // A name may have no backslash here.
  protected override encoded(name: string): string {
    return name.replace(/%(?=5C|25)/g, "%25").replaceAll("\\", "%5C");
  }
  protected override decoded(name: string): string {
    return name.replaceAll("%5C", "\\").replace(/%25(?=\\|5C|25)/g, "%");
  }

  async start(root: FileSystemDirectoryHandle): Promise<void> {
    this.#root = root;
    await this.#restore();
    this.setRoot(root);
    if (this.readOnly) return;
    for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) {
      if (name.startsWith(`${record}.`)) await root.removeEntry(name); // whoever had it open has gone
    }
  }

  async #restore(): Promise<void> {
    let text;
    try {
      text = await (await (await this.#root.getFileHandle(record)).getFile()).text();
    } catch (e) {
      if ((e as DOMException).name === "NotFoundError") return;
      throw e;
    }
    try {
      const { links, times } = JSON.parse(text) as { links: Record<string, string>; times: Record<string, [string, string]> };
      for (const [path, target] of Object.entries(links)) this.extra.links.set(path, target);
      for (const [path, [a, m]] of Object.entries(times)) this.extra.times.set(path, { a: BigInt(a), m: BigInt(m), c: BigInt(m), set: true });
    } catch (e) {
      this.host.warn(`the record of links and times is damaged, and begun anew: ${(e as Error).message}`);
    }
  }

  protected override changed(): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#save().catch((e: unknown) => this.host.warn(`the record of links and times is not written: ${(e as Error).message}`));
    }, saveMs);
  }

  /** Writes the record: all of it or nothing. */
  async #save(): Promise<void> {
    await this.#saving;
    if (!this.#dirty || this.readOnly) return;
    this.#dirty = false;
    this.#saving = this.#write().finally(() => { this.#saving = undefined; });
    await this.#saving;
  }

  async #write(): Promise<void> {
    const { links, times } = this.extra;
    const kept = [...times].filter(([, t]) => t.set).map(([path, t]) => [path, [String(t.a), String(t.m)]]);
    const text = JSON.stringify({ version: 1, links: Object.fromEntries(links), times: Object.fromEntries(kept) });
    const handle = (await this.#root.getFileHandle(`${record}.new`, { create: true })) as FileSystemFileHandle & { move(to: FileSystemDirectoryHandle, name: string): Promise<void> };
    const access = await access_(handle);
    access.truncate(0);
    access.write(new TextEncoder().encode(text), { at: 0 });
    access.flush();
    access.close();
    await handle.move(this.#root, record);
  }

  protected async load(handle: FileSystemFileHandle): Promise<Contents> {
    if (this.readOnly) return snapshot(await handle.getFile());
    const access = await access_(handle);
    return {
      size: () => access.getSize(),
      read: (into, at) => access.read(into, { at }),
      write: (data, at) => access.write(data, { at }),
      setSize: (size) => access.truncate(size),
      sync: () => access.flush(),
      close: () => access.close(),
    };
  }

  override async fdSync(fd: number): Promise<void> {
    await super.fdSync(fd);
    await this.tried(() => this.#save());
  }

  protected async detach(file: OpenFile): Promise<void> {
    await file.contents.close();
    const name = `${record}.${++this.#trash}`;
    await (file.handle as unknown as { move(to: FileSystemDirectoryHandle, name: string): Promise<void> }).move(this.#root, name);
    file.handle = await this.#root.getFileHandle(name);
    file.contents = await this.load(file.handle);
  }

  protected override async ended(file: OpenFile): Promise<void> {
    await this.#root.removeEntry(file.handle.name);
  }

  override async close(): Promise<void> {
    clearTimeout(this.#timer);
    await super.close();
    await this.#save();
    this.release();
  }
}

function access_(handle: FileSystemFileHandle): Promise<AccessHandle> {
  return (handle as unknown as { createSyncAccessHandle(): Promise<AccessHandle> }).createSyncAccessHandle();
}

/** A file as it is now, to be read. */
export function snapshot(file: globalThis.File): Contents {
  const refuse = () => { throw Object.assign(new Error("read-only"), { code: "EROFS" }); };
  return {
    size: () => file.size,
    async read(into, at) {
      const b = new Uint8Array(await file.slice(at, at + into.length).arrayBuffer());
      into.set(b);
      return b.length;
    },
    write: refuse, setSize: refuse, sync() {}, close() {},
  };
}

