// Puts the entries of an archive into a directory, and touches nothing else.

import type { FileSystem, FileType, ImportOptions, Imported } from "../wasix-web";
import { Failure } from "./errors";
import { leaves, parts } from "./names";
import type { Pull } from "./source";

/** One entry, as both formats have it. Times in milliseconds. */
export interface Entry {
  name: string;
  type: "file" | "directory" | "symlink" | "link";
  size: number;
  mtime?: number;
  atime?: number;
  /** Permission bits, when the archive tells them. */
  mode?: number;
  /** Of a link. */
  target?: string;
  /** Of a file. */
  body?: Pull;
}

/** Contents that go in one piece, and the piece in which larger ones go. */
const piece = 1 << 20;
/** Small files that are written at a time, and how many bytes they may have in all. */
const maxUnderWay = 32;
const maxBytesUnderWay = 8 << 20;
/** Ratios say nothing about small archives. */
const ratioFrom = 16 << 20;

export const defaultMaxBytes = 2 ** 32;

export class Writer {
  readonly written: string[] = [];
  readonly result: Imported = { entries: 0, bytes: 0, skipped: [] };
  /** The entry being dealt with. */
  current = "";
  /** Bytes of the archive that contents were made of so far. */
  packed = Infinity;

  #fs: FileSystem;
  #root: string;
  #options: ImportOptions;
  #seen = new Map<string, Entry["type"]>();
  #there = new Map<string, Map<string, FileType>>(); // what is in each directory, by its path
  #times = new Map<string, Entry>(); // directories whose times and modes are to be set
  #underWay = new Set<Promise<void>>();
  #bytesUnderWay = 0;
  #failed: { error: unknown; entry: string } | undefined;

  constructor(fs: FileSystem, root: string, options: ImportOptions) {
    this.#fs = fs;
    this.#root = root.replace(/\/+$/, "");
    this.#options = options;
  }

  /** Makes the target. Nothing is written before. */
  async begin(): Promise<void> {
    await this.#fs.mkdir(this.#root || "/", { recursive: true });
    await this.#list("");
  }

  /** What can be said against an entry before anything is written. */
  check(entry: Entry): string[] {
    const { maxEntries = 100_000, maxBytes = defaultMaxBytes } = this.#options;
    const { name, type } = entry;
    this.current = name;
    if (++this.result.entries > maxEntries) throw new Failure("entries", name, `there are more than maxEntries, ${maxEntries}`);
    const path = parts(name);
    const key = path.join("/");
    const before = this.#seen.get(key);
    // Directories do come twice, and do no harm.
    if (before && !(before === "directory" && type === "directory")) throw new Failure("duplicate", name, "the name comes twice");
    if (path.length === 0 && type !== "directory") throw new Failure("name", name, "is not a directory, and has no name");
    this.#seen.set(key, type);
    if (!(this.result.bytes + entry.size <= maxBytes)) throw new Failure("bytes", name, `there are more than maxBytes, ${maxBytes} bytes`);
    return path;
  }

  /** Counts contents as they come. */
  count(n: number): void {
    const { maxBytes = defaultMaxBytes, maxRatio = 250 } = this.#options;
    const all = (this.result.bytes += n);
    if (all > maxBytes) throw new Failure("bytes", this.current, `there are more than maxBytes, ${maxBytes} bytes`);
    this.ratio(all, this.packed, maxRatio);
  }

  /** Fails when too much comes of too little. */
  ratio(all: number, packed: number, most = this.#options.maxRatio ?? 250): void {
    if (all > ratioFrom && all > packed * most) {
      throw new Failure("ratio", this.current, `${packed} bytes become ${all}, more than maxRatio, ${most}, times as many`);
    }
  }

  async add(entry: Entry, path: string[]): Promise<void> {
    this.#options.signal?.throwIfAborted();
    this.#check();
    const { name, type } = entry;
    this.current = name;
    this.#options.onEntry?.(name);
    if (path.length === 0) return void this.#times.set("", entry);
    const directory = await this.#directory(path.slice(0, -1), name);
    const leaf = path.at(-1)!;
    const key = path.join("/");
    const there = this.#there.get(directory)!;
    const old = there.get(leaf);
    if (type === "directory") {
      if (old === undefined) await this.#mkdir(key);
      else if (old !== "directory") throw this.#occupied(name, old);
      return void this.#times.set(key, entry);
    }
    if (old === "directory" || (old !== undefined && this.#options.existing === "refuse")) throw this.#occupied(name, old);
    switch (type) {
      case "file":
        return this.#file(entry, key, old !== undefined);
      case "symlink":
        return this.#symlink(entry, key, path.length - 1, old !== undefined);
      case "link":
        return this.#link(entry, key, path.length - 1, old !== undefined);
    }
  }

  /** Waits for what is under way, and gives directories their times. */
  async finish(): Promise<Imported> {
    await this.#settle();
    // Deepest first, so that nothing changes a time that has been set.
    for (const [key, entry] of [...this.#times].sort(([a], [b]) => b.length - a.length)) {
      this.current = key || ".";
      await this.#stamp(this.#at(key), entry, 0o755);
    }
    return this.result;
  }

  /** Waits until nothing is being written any more, after a failure. Returns the first entry that failed. */
  async stop(): Promise<{ error: unknown; entry: string } | undefined> {
    await Promise.all(this.#underWay);
    return this.#failed;
  }

  #occupied(name: string, by: FileType): Failure {
    return new Failure("exists", name, `there is a ${by} with that name`);
  }

  #check(): void {
    if (!this.#failed) return;
    this.current = this.#failed.entry;
    throw this.#failed.error;
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#check();
  }

  #at(key: string): string {
    return key ? `${this.#root}/${key}` : this.#root || "/";
  }

  async #list(key: string): Promise<void> {
    this.#there.set(key, new Map((await this.#fs.readDir(this.#at(key))).map(({ name, type }) => [name, type])));
  }

  async #mkdir(key: string): Promise<void> {
    await this.#fs.mkdir(this.#at(key));
    this.#there.set(key, new Map());
    this.#note(key, "directory");
  }

  #note(key: string, type: FileType): void {
    const slash = key.lastIndexOf("/");
    this.#there.get(key.slice(0, Math.max(slash, 0)))!.set(key.slice(slash + 1), type);
    this.written.push(this.#at(key));
  }

  /** Makes sure that a directory is there, and that no symbolic link leads to it. */
  async #directory(path: string[], entry: string): Promise<string> {
    let key = path.join("/");
    if (this.#there.has(key)) return key;
    let above = "";
    for (const part of path) {
      key = above ? `${above}/${part}` : part;
      if (!this.#there.has(key)) {
        const type = this.#there.get(above)!.get(part);
        if (type === "symlink") throw new Failure("through-link", entry, `${JSON.stringify(key)} is a symbolic link`);
        if (type === undefined) await this.#mkdir(key);
        else if (type === "directory") await this.#list(key);
        else throw new Failure("exists", entry, `${JSON.stringify(key)} is not a directory`);
      }
      above = key;
    }
    return above;
  }

  async #file(entry: Entry, key: string, replace: boolean): Promise<void> {
    const { name, size, body } = entry;
    const chunks: Uint8Array[] = [];
    let have = 0;
    let total = 0;
    let temp = "";
    const path = this.#at(key);
    const flush = async () => {
      const bytes = joined(chunks.splice(0), have);
      have = 0;
      if (zero(bytes)) await this.#fs.truncate(temp, total); // a hole
      else await this.#fs.writeFile(temp, bytes, { append: true });
    };
    const give = (): Promise<void> => this.#fs.remove(temp).catch(() => {});
    try {
      for (let chunk; (chunk = await body!()); ) {
        this.count(chunk.length);
        total += chunk.length;
        if (total > size) throw new Failure("corrupt", name, `has more than the ${size} bytes that it says`);
        chunks.push(chunk);
        have += chunk.length;
        if (have < piece) continue;
        this.#options.signal?.throwIfAborted();
        if (!temp) {
          temp = `${path.slice(0, path.lastIndexOf("/") + 1)}.${crypto.randomUUID()}.part`;
          await this.#settle();
          await this.#fs.writeFile(temp, "");
        }
        await flush();
      }
      if (total < size) throw new Failure("truncated", name, `has ${total} of its ${size} bytes`);
      if (temp && have > 0) await flush();
    } catch (error) {
      if (temp) await give();
      throw error;
    }
    const contents = temp ? undefined : joined(chunks, have);
    if (contents && replace) temp = `${path.slice(0, path.lastIndexOf("/") + 1)}.${crypto.randomUUID()}.part`;
    const finish = async () => {
      try {
        if (contents) await this.#fs.writeFile(temp || path, contents);
        await this.#stamp(temp || path, entry, 0o644);
        if (temp) await this.#fs.rename(temp, path);
      } catch (error) {
        await (temp ? give() : this.#fs.remove(path).catch(() => {}));
        throw error;
      }
    };
    // Nobody looks at it before it is there: links wait for what is under way.
    this.#there.get(key.slice(0, Math.max(key.lastIndexOf("/"), 0)))!.set(key.slice(key.lastIndexOf("/") + 1), "file");
    const run = finish().then(
      () => void this.written.push(path),
      (error: unknown) => void (this.#failed ??= { error, entry: name }),
    ).finally(() => {
      this.#underWay.delete(run);
      this.#bytesUnderWay -= size;
    });
    this.#underWay.add(run);
    this.#bytesUnderWay += size;
    while (this.#underWay.size >= maxUnderWay || this.#bytesUnderWay > maxBytesUnderWay) await Promise.race(this.#underWay);
  }

  /** Sets times, and the mode when it is another than what is usual or there. */
  async #stamp(path: string, { type, mode, mtime, atime = mtime }: Entry, usual: number): Promise<void> {
    if (mode !== undefined && (mode !== usual || (type === "directory" && (await this.#fs.stat(path)).mode !== usual))) {
      await this.#fs.chmod(path, mode).catch((error: { code?: string }) => {
        if (error.code !== "ENOTSUP") throw error;
      });
    }
    if (mtime !== undefined) await this.#fs.utimes(path, atime!, mtime);
  }

  async #symlink(entry: Entry, key: string, depth: number, replace: boolean): Promise<void> {
    const { name, target = "", mtime, atime = mtime } = entry;
    if (!target || target.includes("\0")) throw new Failure("link", name, "is a link to nothing");
    const why = leaves(target, depth);
    if (why && this.#leave(name, why)) return;
    const path = this.#at(key);
    if (replace) await this.#fs.remove(path);
    await this.#fs.symlink(target, path);
    this.#note(key, "symlink");
    if (mtime !== undefined) await this.#fs.lutimes(path, atime!, mtime);
  }

  /** Whether a link that may lead out is left out. */
  #leave(name: string, why: string): boolean {
    if (this.#options.outside === "keep") return false;
    if (this.#options.outside !== "skip") throw new Failure("link", name, why);
    this.result.skipped.push(name);
    return true;
  }

  async #link({ name, target = "" }: Entry, key: string, depth: number, replace: boolean): Promise<void> {
    let to: string[];
    try {
      to = parts(target);
    } catch (error) {
      throw new Failure("link", name, `is a hard link to ${JSON.stringify(target)}: ${(error as Error).message}`);
    }
    const type = this.#seen.get(to.join("/"));
    if (this.result.skipped.length > 0 && type === "symlink" && this.result.skipped.some((s) => parts(s).join("/") === to.join("/"))) {
      this.result.skipped.push(name);
      return;
    }
    // Only what this very archive brought: anything else may lie elsewhere, too.
    if (!type || type === "directory" || to.join("/") === key) throw new Failure("link", name, `is a hard link to ${JSON.stringify(target)}, which is no file that came before`);
    await this.#settle();
    const existing = this.#at(to.join("/"));
    // A symbolic link means something else in another place.
    if ((await this.#fs.lstat(existing)).type === "symlink") {
      const why = leaves(await this.#fs.readlink(existing), depth);
      if (why && this.#leave(name, why)) return;
    }
    if (replace) await this.#fs.remove(this.#at(key));
    await this.#fs.link(existing, this.#at(key));
    this.#note(key, "file");
  }
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function zero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]) return false;
  return true;
}
