// The manifest of a tree on a web server. `wasix-web manifest DIR` writes one.

import type { Manifest } from "../wasix-web";
import { Directory, File, split, Symlink, type Times } from "./base";

/** What a name in the tree is. */
export interface Node {
  type: number;
  path: string;
  size: number;
  times: Times;
  target: string;
  mode?: number;
  kids: Map<string, Node>;
}

const types: Record<string, number> = { file: File, directory: Directory, symlink: Symlink };

/** Reads a manifest. Throws an Error that names the entry. */
export function readManifest(text: string): { root: Node; base: string; count: number } {
  let m: Partial<Manifest>;
  try {
    m = JSON.parse(text) as Partial<Manifest>;
  } catch (e) {
    throw new Error(`not JSON: ${(e as Error).message}`);
  }
  if (typeof m !== "object" || m === null || m.version !== 1) throw new Error("no manifest of version 1");
  if (m.base !== undefined && typeof m.base !== "string") throw new Error("base is not a string");
  if (!Array.isArray(m.entries)) throw new Error("entries is not an array");
  const root = node("", Directory);
  m.entries.forEach((e, i) => {
    const wrong = (what: string) => new Error(`entry ${i} (${JSON.stringify(e?.path)?.slice(0, 300)}): ${what}`);
    if (typeof e !== "object" || e === null || typeof e.path !== "string") throw wrong("it has no path");
    const type = types[e.type];
    if (!type) throw wrong(`unknown type ${JSON.stringify(e.type)}`);
    const parts = e.path.split("/");
    for (const p of parts) {
      if (p === "" || p === "." || p === ".." || p.includes("\0")) throw wrong(`a path has no part ${JSON.stringify(p)}`);
      if (new TextEncoder().encode(p).length > 255) throw wrong("a name of more than 255 bytes");
    }
    if (type === File && !(Number.isSafeInteger(e.size) && e.size! >= 0)) throw wrong("a file has a size");
    if (type === Symlink && (typeof e.target !== "string" || e.target === "")) throw wrong("a symlink has a target");
    let dir = root;
    for (const name of parts.slice(0, -1)) {
      let kid = dir.kids.get(name);
      if (!kid) dir.kids.set(name, (kid = node(dir.path ? `${dir.path}/${name}` : name, Directory)));
      if (kid.type !== Directory) throw wrong(`${kid.path} is no directory`);
      dir = kid;
    }
    const name = split(e.path)[1];
    const old = dir.kids.get(name);
    if (old && (old.type !== Directory || type !== Directory)) throw wrong("it is there already");
    const n = old ?? node(e.path, type);
    n.size = type === File ? e.size! : 0;
    n.target = e.target ?? "";
    if (e.mode !== undefined && !(Number.isSafeInteger(e.mode) && e.mode >= 0)) throw wrong("a mode is a number");
    n.mode = e.mode;
    const t = BigInt(Math.round((e.mtime ?? 0) * 1e6));
    n.times = { a: t, m: t, c: t };
    dir.kids.set(name, n);
  });
  return { root, base: m.base ?? "", count: m.entries.length };
}

function node(path: string, type: number): Node {
  return { type, path, size: 0, times: { a: 0n, m: 0n, c: 0n }, target: "", kids: new Map() };
}
