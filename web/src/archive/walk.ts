// Reads a tree for an archive: everything in its order, files piece by piece.

import type { ExportOptions, FileSystem, FileType, Stat } from "../wasix-web";
import type { Pull } from "./source";

/** What goes into an archive. */
export interface Item {
  /** In the archive, without a slash at the end. */
  name: string;
  path: string;
  stat: Stat;
  /** Of a symbolic link. */
  target?: string;
  /** The name that the same file had before. */
  link?: string;
  /** Of a file. */
  body?: Pull;
}

/** Contents that are read in one piece, and ahead. */
const small = 64 << 10;
const piece = 1 << 20;
/** Files that are looked at at a time. */
const ahead = 32;

/** Kernel's own trees. */
const kernels = new Set(["/dev", "/proc"]);

export async function* walk(fs: FileSystem, root: string, { prefix = "", filter, signal }: ExportOptions): AsyncGenerator<Item> {
  root = root.replace(/\/+$/, "") || "/";
  prefix = prefix.replace(/^\/+|\/+$/g, "");
  const under = prefix ? `${prefix}/` : "";
  const files = new Map<string, string>(); // names of files that have several
  const top = await fs.stat(root);
  if (top.type !== "directory") {
    const name = under + root.slice(root.lastIndexOf("/") + 1);
    yield { name, path: root, stat: top, ...(top.type === "file" ? { body: reader(fs, root, top.size) } : {}) };
    return;
  }
  yield { name: prefix || ".", path: root, stat: top };
  // A stack, not recursion: programs make very deep trees.
  const directories = [{ path: root === "/" ? "" : root, name: under }];
  for (let directory; (directory = directories.pop()); ) {
    const { path, name } = directory;
    const list = (await fs.readDir(path || "/")).filter((entry) => wanted(entry.type) && !kernels.has(`${path}/${entry.name}`) &&
      (filter?.(`${path}/${entry.name}`, entry.type) ?? true));
    list.sort((a, b) => (a.name < b.name ? -1 : 1));
    const below = [];
    for (let i = 0; i < list.length; i += ahead) {
      signal?.throwIfAborted();
      const items = await Promise.all(list.slice(i, i + ahead).map((entry) => look(fs, `${path}/${entry.name}`, name + entry.name)));
      for (const item of items) {
        const { stat } = item;
        if (stat.type === "directory") below.push({ path: item.path, name: `${item.name}/` });
        if (stat.type !== "directory" && stat.nlink > 1) {
          const id = `${stat.dev}:${stat.ino}`;
          const before = files.get(id);
          if (before !== undefined) item.link = before;
          else files.set(id, item.name);
        }
        if (wanted(stat.type)) yield item;
      }
    }
    directories.push(...below.reverse());
  }
}

function wanted(type: FileType): boolean {
  return type === "file" || type === "directory" || type === "symlink";
}

async function look(fs: FileSystem, path: string, name: string): Promise<Item> {
  const stat = await fs.lstat(path);
  if (stat.type === "symlink") return { name, path, stat, target: await fs.readlink(path) };
  if (stat.type !== "file") return { name, path, stat };
  if (stat.size > small) return { name, path, stat, body: reader(fs, path, stat.size) };
  let data: Uint8Array | undefined = await fs.readFile(path);
  return {
    name, path, stat,
    body: async () => {
      const all = data;
      data = undefined;
      return all?.length ? all : undefined;
    },
  };
}

function reader(fs: FileSystem, path: string, size: number): Pull {
  let at = 0;
  return async () => {
    if (at >= size) return undefined;
    const chunk = await fs.readFile(path, { offset: at, length: Math.min(piece, size - at) });
    at += chunk.length;
    return chunk.length ? chunk : undefined;
  };
}
