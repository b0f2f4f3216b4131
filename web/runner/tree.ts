// Directories on their way between the server's disk and the system's files.
//
// On the wire: a 32-bit little-endian length, that many bytes of JSON (an array
// of Entry, parents first), then the contents of the files one after another.
// e2e/runner/tree.go is the other end.

import type { FileSystem } from "../src/wasix-web";

interface Entry {
  /** Path below the directory; "" is not sent. */
  p: string;
  t: "f" | "d" | "l";
  /** Size of a file. */
  s?: number;
  /** Target of a symbolic link. */
  l?: string;
  /** Modification time in milliseconds. */
  m?: number;
  /** In an answer: the entry has gone. */
  gone?: boolean;
}

/** What was put somewhere, to tell later what changed. */
export interface Tree {
  root: string;
  seen: Map<string, string>;
}

/** Writes a tree below root. */
export async function unpack(fs: FileSystem, root: string, r: Response): Promise<Tree> {
  if (!r.ok) throw new Error(`${r.url}: ${r.status}`);
  const b = new Uint8Array(await r.arrayBuffer());
  const n = new DataView(b.buffer).getUint32(0, true);
  const entries = JSON.parse(new TextDecoder().decode(b.subarray(4, 4 + n))) as Entry[];
  let at = 4 + n;
  await fs.mkdir(root, { recursive: true });
  const base = root === "/" ? "" : root;
  for (const e of entries) {
    const path = `${base}/${e.p}`;
    if (e.t === "d") {
      await fs.mkdir(path, { recursive: true });
    } else if (e.t === "l") {
      await fs.symlink(e.l!, path);
    } else {
      await fs.writeFile(path, b.subarray(at, at + e.s!));
      at += e.s!;
    }
    if (e.t === "f" && e.m) await fs.utimes(path, e.m, e.m);
  }
  const tree = { root, seen: new Map<string, string>() };
  for await (const [path, , mark] of walk(fs, root, "")) tree.seen.set(path, mark);
  return tree;
}

/** Packs what has been created, changed or removed below the tree's root. */
export async function changes(fs: FileSystem, tree: Tree): Promise<Blob> {
  const entries: Entry[] = [];
  const parts: Uint8Array[] = [];
  const base = tree.root === "/" ? "" : tree.root;
  const left = new Set(tree.seen.keys());
  for await (const [p, type, mark] of walk(fs, tree.root, "")) {
    left.delete(p);
    if (tree.seen.get(p) === mark) continue;
    if (type === "directory") {
      entries.push({ p, t: "d" });
    } else if (type === "symlink") {
      entries.push({ p, t: "l", l: await fs.readlink(`${base}/${p}`) });
    } else if (type === "file") {
      const data = await fs.readFile(`${base}/${p}`);
      parts.push(data);
      entries.push({ p, t: "f", s: data.length, m: (await fs.stat(`${base}/${p}`)).mtimeMs });
    }
  }
  for (const p of [...left].sort().reverse()) entries.push({ p, t: "f", gone: true });
  const head = new TextEncoder().encode(JSON.stringify(entries));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length, true);
  return new Blob([length, head, ...parts] as BlobPart[]);
}

type Seen = [path: string, type: string, mark: string];

async function* walk(fs: FileSystem, root: string, below: string): AsyncGenerator<Seen> {
  const base = root === "/" ? "" : root;
  const names = (await fs.readDir(below ? `${base}/${below}` : root)).map((e) => e.name).sort();
  for (const name of names) {
    const p = below ? `${below}/${name}` : name;
    const st = await fs.lstat(`${base}/${p}`);
    if (st.type === "directory") {
      yield [p, st.type, "d"];
      yield* walk(fs, root, p);
    } else {
      yield [p, st.type, `${st.type} ${st.ino} ${st.size} ${st.mtimeMs} ${st.ctimeMs}`];
    }
  }
}
