// Pages for the file systems of the browser's own (web/src/mounts).

import { WASIX, type MountSpec, type Progress } from "../../../web/src/wasix-web";

const worker = () => new Worker("mounts_worker.js", { type: "module" });
let suite: Worker | undefined;

function ask(how: string, i: number): Promise<unknown> {
  suite ??= worker();
  return new Promise((resolve, reject) => {
    suite!.onmessage = ({ data }) => resolve(data);
    suite!.onerror = (e) => reject(new Error(e.message));
    suite!.postMessage([how, i]);
  });
}

const client = () => import("./dist/wasix-web.esm.js" as string) as Promise<{ WASIX: typeof WASIX }>;
let sys: WASIX;
const warnings: string[] = [];
const progress: Progress[] = [];

/** { directory: name } becomes the handle of that directory of OPFS. */
async function real(spec: Record<string, unknown>): Promise<MountSpec> {
  if (typeof spec.directory === "string") {
    const top = await navigator.storage.getDirectory();
    return { ...spec, directory: await top.getDirectoryHandle(spec.directory, { create: true }) } as MountSpec;
  }
  if (spec.overlay) {
    const { lower, upper } = spec.overlay as Record<string, Record<string, unknown>>;
    return { overlay: { lower: await real(lower!), upper: await real(upper!) } };
  }
  return spec as MountSpec;
}

Object.assign(globalThis, {
  start: () => ask("", -1),
  run: ask,
  async mount(spec: Record<string, unknown>) {
    const { WASIX } = await client();
    sys = await WASIX.create({ mounts: { "/m": await real(spec) }, onWarn: (w) => warnings.push(w), onProgress: (p) => p.phase === "file" && progress.push(p) });
  },
  async failure(name: string, ...args: unknown[]) {
    try {
      await (globalThis as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!(...args);
      return "";
    } catch (e) {
      return (e as Error).message;
    }
  },
  warned: () => warnings.splice(0),
  progressed: () => progress.splice(0),
  read: (path: string) => sys.fs.readText(path),
  size: async (path: string) => (await sys.fs.readFile(path)).length,
  sum: async (path: string) => (await sys.fs.readFile(path)).reduce((a, b) => (a * 31 + b) >>> 0, 0),
  write: (path: string, data: string) => sys.fs.writeFile(path, data, { parents: true }),
  list: async (path: string) => (await sys.fs.readDir(path)).map((e) => `${e.name} ${e.type}`).sort(),
  stat: (path: string) => sys.fs.lstat(path),
  chmod: (path: string, mode: number) => sys.fs.chmod(path, mode),
  symlink: (target: string, path: string) => sys.fs.symlink(target, path),
  link: (a: string, b: string) => sys.fs.link(a, b),
  readlink: (path: string) => sys.fs.readlink(path),
  rename: (a: string, b: string) => sys.fs.rename(a, b),
  remove: (path: string) => sys.fs.remove(path, { recursive: true }),
  utimes: (path: string, a: number, m: number) => sys.fs.utimes(path, a, m),
  sync: () => sys.fs.sync(),
  closeSystem: () => sys.close(),
  guest: async (...args: string[]) => {
    const r = await sys.run("guest.wasm", { args: ["guest", ...args] });
    if (r.exitCode !== 0) throw new Error(`exit ${r.exitCode}: ${r.stdout}${r.stderr}`);
    return r.stdout;
  },
  /** What is in a directory of OPFS, without a system. */
  async opfs(path: string) {
    let dir = await navigator.storage.getDirectory();
    for (const name of path.split("/").filter(Boolean)) dir = await dir.getDirectoryHandle(name);
    const out: Record<string, string | null> = {};
    for await (const [name, handle] of (dir as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries()) {
      out[name] = handle.kind === "file" ? await (await (handle as FileSystemFileHandle).getFile()).text() : null;
    }
    return out;
  },
});
