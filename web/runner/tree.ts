// Directories on their way between the server's disk and the system's files.
//
// On the wire: a 32-bit little-endian length, that many bytes of JSON (an array
// of Entry), then the contents of the files one after another. Parents come
// before what is in them; in an answer, what has gone comes first, and there
// parents come last. e2e/runner/tree.go is the other end.

import type { FileSystem } from "../src/wasix-web";

interface Entry {
  /** Path below the directory; "" is not sent. */
  p: string;
  t: "f" | "d" | "l";
  /** Size of a file, else 0. */
  s: number;
  /** Target of a symbolic link. */
  l?: string;
  /** Modification time in milliseconds. */
  m?: number;
  /** Permission bits, when they are not the usual ones. */
  x?: number;
  /** In an answer: the entry has gone. */
  gone?: boolean;
}

/** What was put somewhere, to tell later what changed. */
export interface Tree {
  root: string;
  /** Absolute paths below root that are not part of it: mapped or made by others. */
  others: Set<string>;
  seen: Map<string, string>;
}

/** How many requests are on their way to the worker at once. */
const width = 64;

async function each<T>(items: T[], fn: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += width) await Promise.all(items.slice(i, i + width).map(fn));
}

const at = (root: string, path: string): string => (root === "/" ? `/${path}` : path ? `${root}/${path}` : root);

/** Writes a tree below root. `others` are the guest directories of other trees. */
export async function unpack(fs: FileSystem, root: string, others: string[], r: Response): Promise<Tree> {
  if (!r.ok) throw new Error(`${r.url}: ${r.status}`);
  const b = new Uint8Array(await r.arrayBuffer());
  const n = new DataView(b.buffer).getUint32(0, true);
  let entries = JSON.parse(new TextDecoder().decode(b.subarray(4, 4 + n))) as Entry[];
  const tree: Tree = { root, others: new Set(others.filter((o) => o !== root)), seen: new Map() };
  let offset = 4 + n;
  const contents = new Map<string, Uint8Array>();
  for (const e of entries) {
    if (e.t !== "f") continue;
    contents.set(e.p, b.subarray(offset, offset + e.s));
    offset += e.s;
  }
  await fs.mkdir(root, { recursive: true });
  if (root === "/") entries = await besideSystem(fs, entries, tree.others);
  const dirs = entries.filter((e) => e.t === "d");
  const depth = (e: Entry): number => e.p.split("/").length;
  for (let d = 1; dirs.some((e) => depth(e) >= d); d++)
    await each(dirs.filter((e) => depth(e) === d), (e) => fs.mkdir(at(root, e.p), { recursive: true }));
  await each(dirs.filter((e) => e.x), (e) => fs.chmod(at(root, e.p), e.x!));
  await each(entries.filter((e) => e.t !== "d"), async (e) => {
    const path = at(root, e.p);
    if (e.t === "l") return fs.symlink(e.l!, path);
    await fs.writeFile(path, contents.get(e.p)!);
    if (e.x) await fs.chmod(path, e.x);
    if (e.m) await fs.utimes(path, e.m, e.m);
  });
  await walk(fs, tree, "", async (p, _, mark) => void tree.seen.set(p, mark));
  return tree;
}

/**
 * A directory mapped at "/" is laid over the system's own: devices stay, and
 * what is in /tmp and the like is the system's unless the directory has it too.
 */
async function besideSystem(fs: FileSystem, entries: Entry[], others: Set<string>): Promise<Entry[]> {
  const own = new Set((await fs.readDir("/")).map((e) => e.name));
  const top = new Set(entries.map((e) => e.p.split("/", 1)[0]!));
  for (const name of own) if (!top.has(name) || name === "dev") others.add(`/${name}`);
  return entries.filter((e) => {
    const first = e.p.split("/", 1)[0]!;
    return first !== "dev" && !(own.has(first) && e.p === first && e.t !== "d");
  });
}

/** Packs what has been created, changed or removed below the tree's root. */
export async function changes(fs: FileSystem, tree: Tree): Promise<Blob | undefined> {
  const entries: Entry[] = [];
  const parts: Uint8Array[] = [];
  const left = new Set(tree.seen.keys());
  await walk(fs, tree, "", async (p, type, mark) => {
    left.delete(p);
    if (tree.seen.get(p) === mark) return;
    if (type === "directory") {
      entries.push({ p, t: "d", s: 0, x: unusual((await fs.stat(at(tree.root, p))).mode, 0o755) });
    } else if (type === "symlink") {
      entries.push({ p, t: "l", s: 0, l: await fs.readlink(at(tree.root, p)) });
    } else if (type === "file") {
      const data = await fs.readFile(at(tree.root, p));
      parts.push(data);
      const { mtimeMs, mode } = await fs.stat(at(tree.root, p));
      entries.push({ p, t: "f", s: data.length, m: mtimeMs, x: unusual(mode, 0o644) });
    }
  });
  entries.unshift(...[...left].sort().reverse().map((p): Entry => ({ p, t: "f", s: 0, gone: true })));
  if (entries.length === 0) return undefined;
  const head = new TextEncoder().encode(JSON.stringify(entries));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length, true);
  return new Blob([length, head, ...parts] as BlobPart[]);
}

const unusual = (mode: number, usual: number): number | undefined => (mode === usual ? undefined : mode);

/** Calls fn for everything in a tree, parents first, one at a time. */
async function walk(fs: FileSystem, tree: Tree, below: string,
                    fn: (path: string, type: string, mark: string) => Promise<void>): Promise<void> {
  const entries = (await fs.readDir(at(tree.root, below)))
    .map((e) => ({ p: below ? `${below}/${e.name}` : e.name, type: e.type }))
    .filter((e) => !tree.others.has(at(tree.root, e.p)))
    .sort((a, b) => (a.p < b.p ? -1 : 1));
  const marks = new Map<string, string>();
  await each(entries.filter((e) => e.type !== "directory"), async (e) => {
    const st = await fs.lstat(at(tree.root, e.p));
    marks.set(e.p, `${st.type} ${st.ino} ${st.size} ${st.mtimeMs} ${st.ctimeMs}`);
  });
  for (const e of entries) {
    await fn(e.p, e.type, marks.get(e.p) ?? "directory");
    if (e.type === "directory") await walk(fs, tree, e.p, fn);
  }
}
