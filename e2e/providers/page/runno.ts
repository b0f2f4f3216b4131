// The file system in memory that @runno/wasi has, mounted with nothing but the
// 16 methods that its users write: the drive's results become values and errors.

import { WASI } from "@runno/wasi";
import type { FilesystemProvider, Filestat, ProviderDirent, WASIX as API } from "../../../web/src/wasix-web";

const url = "./dist/wasix-web.esm.js";
const { WASIX } = (await import(url)) as { WASIX: typeof API };

type Drive = InstanceType<typeof WASI>["drive"];
type Given<T> = [number] | [number, T];

/** As errors of @runno/wasi. */
class RunnoError extends Error {
  constructor(readonly result: number) {
    super(`result ${result}`);
  }
}

const NotCapable = 76;

function check(result: number): void {
  // The drive says this of what is not there.
  if (result !== 0) throw new RunnoError(result === NotCapable ? 44 : result);
}

function value<T>(given: Given<T>): T {
  check(given[0]);
  return given[1] as T;
}

const ns = (date: Date) => BigInt(date.getTime()) * 1_000_000n;

/** A number made of a path. */
function number(path: string): bigint {
  let n = 5381n;
  for (const c of path) n = (n * 33n + BigInt(c.codePointAt(0)!)) & 0xffffffffffffn;
  return n;
}

class DriveProvider {
  constructor(readonly drive: Drive) {}

  #stat(given: ReturnType<Drive["stat"]>): Filestat {
    const s = value(given);
    const { access, modification, change } = s.timestamps;
    return {
      dev: 0n, ino: number(s.path), filetype: s.type, nlink: 1n, size: BigInt(s.byteLength),
      timestamps: { access: ns(access), modification: ns(modification), change: ns(change) },
    };
  }

  fdRead(fd: number, buffers: Uint8Array[]): number {
    let n = 0;
    for (const buffer of buffers) {
      const data = value(this.drive.read(fd, buffer.length));
      buffer.set(data);
      n += data.length;
      if (data.length < buffer.length) break;
    }
    return n;
  }

  fdWrite(fd: number, buffers: Uint8Array[]): number {
    let n = 0;
    for (const buffer of buffers) {
      check(this.drive.write(fd, buffer));
      n += buffer.length;
    }
    return n;
  }

  fdSeek(fd: number, offset: bigint, whence: number): bigint {
    return value(this.drive.seek(fd, offset, whence));
  }

  fdClose(fd: number): void {
    check(this.drive.close(fd));
  }

  fdFdstatGet(fd: number) {
    return { filetype: this.drive.fileType(fd) as number, fsFlags: this.drive.fileFdflags(fd), fsRightsBase: 0n, fsRightsInheriting: 0n };
  }

  fdFdstatSetFlags(fd: number, flags: number): void {
    check(this.drive.setFlags(fd, flags));
  }

  fdFilestatGet(fd: number): Filestat {
    return this.#stat(this.drive.stat(fd));
  }

  fdPrestatGet(fd: number): { name: string } | null {
    return fd === 3 ? { name: "." } : null;
  }

  fdPrestatDirName(): string {
    return ".";
  }

  fdReaddir(fd: number, cookie: bigint): ProviderDirent[] {
    return value(this.drive.list(fd))
      .filter(({ name }) => name !== ".runno") // how the drive remembers that a directory is there
      .map(({ name, type }, i) => ({ next: BigInt(i + 1), ino: 0n, filetype: type as number, name }))
      .slice(Number(cookie));
  }

  pathOpen(dir: number, _dirflags: number, path: string, oflags: number, _rights: bigint, _inheriting: bigint, fdflags: number): number {
    return value(this.drive.open(dir, path, oflags, fdflags));
  }

  pathFilestatGet(dir: number, _flags: number, path: string): Filestat {
    return this.#stat(this.drive.pathStat(dir, path));
  }

  pathCreateDirectory(dir: number, path: string): void {
    check(this.drive.pathCreateDir(dir, path));
  }

  pathUnlinkFile(dir: number, path: string): void {
    check(this.drive.unlink(dir, path));
  }

  pathRemoveDirectory(dir: number, path: string): void {
    const fd = value(this.drive.open(dir, path, 2, 0));
    const empty = value(this.drive.list(fd)).every(({ name }) => name === ".runno");
    check(this.drive.close(fd));
    if (!empty) throw new RunnoError(55);
    check(this.drive.unlink(dir, path));
  }

  pathRename(oldDir: number, oldPath: string, newDir: number, newPath: string): void {
    check(this.drive.rename(oldDir, oldPath, newDir, newPath));
  }
}

const runno = async () => {
  const now = new Date(Date.UTC(2026, 0, 2));
  const timestamps = { access: now, modification: now, change: now };
  const wasi = new WASI({ fs: {
    "/readme.txt": { path: "/readme.txt", timestamps, mode: "string", content: "from runno" },
    "/data/deep/file.bin": { path: "/data/deep/file.bin", timestamps, mode: "binary", content: new Uint8Array([104, 105]) },
  } });
  const warnings: string[] = [];
  const sys = await WASIX.create({
    mounts: { "/x": new DriveProvider(wasi.drive) satisfies FilesystemProvider }, onWarn: (message) => warnings.push(message),
  });
  const steps = ["read,/x/readme.txt", "ls,/x", "ls,/x/data", "read,/x/data/deep/file.bin", "stat,/x/readme.txt", "write,/x/new,one", "append,/x/new, two",
    "read,/x/new", "mkdir,/x/dir", "write,/x/dir/f,text", "mv,/x/dir/f,/x/moved", "read,/x/moved", "ls,/x/dir", "rm,/x/dir", "read,/x/nope", "ln,a,/x/l",
    "large,/x/big", "truncate,/x/new,12", "read,/x/new", "rm,/x/big", "rm,/x/moved", "ls,/x"];
  const { stdout } = await sys.run(fetch("guest.wasm"), { args: ["guest", ...steps] });
  await sys.close();
  const made = wasi.drive.fs["/new"]?.content;
  return { out: stdout.replace(/\n$/, "").split("\n"), warnings, error: typeof made === "string" ? made : new TextDecoder().decode(made) };
};

Object.assign(globalThis, { runno, ready: true });
