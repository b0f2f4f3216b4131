// Tests of archives in and out, with the real kernel. archive_test.go serves it
// beside the bundle and reads with Go's packages what is exported here.

import { WASIX, WASIXError } from "../src/client/index";
import type { ArchiveError, ArchiveReason, CreateOptions, FileSystem, ImportOptions } from "../src/wasix-web";
import { join, packed, pax, tar, zip, type TarEntry, type ZipEntry } from "./archive_files";
import { equal, ok, rejects } from "./assert";

async function files(fn: (fs: FileSystem, sys: WASIX) => Promise<void>, options: CreateOptions = {}): Promise<void> {
  const sys = await WASIX.create(options);
  try {
    await sys.fs.mkdir("/in");
    await sys.fs.writeFile("/outside.txt", "mine");
    await fn(sys.fs, sys);
  } finally {
    await sys.close();
  }
}

/** tree tells everything there is to know about what is below a directory. Times are left out of what has none set. */
async function tree(fs: FileSystem, root: string, times = true): Promise<string[]> {
  const lines: string[] = [];
  const inodes = new Map<string, string>();
  const visit = async (path: string, name: string): Promise<void> => {
    const stat = await fs.lstat(path);
    const when = times ? ` ${stat.mode.toString(8)} ${stat.mtimeMs}` : "";
    if (stat.type === "directory") {
      lines.push(`${name}/${when}`);
      for (const entry of (await fs.readDir(path)).sort((a, b) => (a.name < b.name ? -1 : 1))) await visit(`${path}/${entry.name}`, name ? `${name}/${entry.name}` : entry.name);
    } else if (stat.type === "symlink") lines.push(`${name} -> ${await fs.readlink(path)}${when}`);
    else {
      const id = `${stat.dev}:${stat.ino}`;
      const same = inodes.get(id);
      inodes.set(id, same ?? name);
      const data = await fs.readFile(path);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", data)).subarray(0, 4).join(".");
      lines.push(same ? `${name} = ${same}` : `${name} ${data.length} ${digest}${when}`);
    }
  };
  await visit(root, "");
  return lines;
}

/** sample makes a tree of all that there is. */
async function sample(fs: FileSystem): Promise<void> {
  const long = "long-".repeat(40);
  await fs.mkdir(`/src/empty`, { recursive: true });
  await fs.writeFile("/src/a.txt", "contents of a");
  await fs.writeFile("/src/none", "");
  await fs.writeFile("/src/ünïcode/ß–😀", "names", { parents: true });
  await fs.writeFile(`/src/${long}/${long}/deep`, "deep", { parents: true });
  await fs.writeFile("/src/tool", "#!/bin/sh\n");
  const big = new Uint8Array(3 << 20).map((_, i) => (i * 7919) >> 3);
  big.fill(0, 1 << 20, 2 << 20);
  await fs.writeFile("/src/big", big);
  await fs.link("/src/a.txt", "/src/z-hard");
  await fs.link("/src/a.txt", "/src/empty-not");
  await fs.symlink("a.txt", "/src/soft");
  await fs.symlink("../../a.txt", `/src/ünïcode/up`.replace("/up", "/up2"));
  await fs.remove("/src/ünïcode/up2");
  await fs.symlink("../a.txt", "/src/ünïcode/up");
  await fs.symlink("nowhere", "/src/dangling");
  let i = 0;
  for (const path of ["/src/a.txt", "/src/none", "/src/big", "/src/tool", "/src/ünïcode/ß–😀", `/src/${long}/${long}/deep`]) {
    await fs.utimes(path, 1_500_000_000_000 + i * 1001, 1_600_000_000_123 + i++ * 1000);
  }
  await fs.utimes("/src/a.txt", 1_500_000_000_000, 1_600_000_000_123.456);
  for (const path of ["/src/soft", "/src/dangling", "/src/ünïcode/up"]) await fs.lutimes(path, 1e12, 1_234_567_890_000);
  for (const [path, mode] of [["tool", 0o755], ["none", 0o600], ["big", 0o444], ["empty", 0o700]] as const) await fs.chmod(`/src/${path}`, mode);
  for (const path of ["/src/empty", "/src/ünïcode", `/src/${long}/${long}`, `/src/${long}`, "/src"]) await fs.utimes(path, 1e12, 1_400_000_000_000 + i++ * 1000);
}

/** refused imports a bad archive and compares what is said, what was written, and that nothing else has changed. */
async function refused(fs: FileSystem, archive: Uint8Array<ArrayBuffer>, reason: ArchiveReason, words: RegExp, entry: string, written: string[] = [], options: ImportOptions = {}): Promise<void> {
  const before = await tree(fs, "/outside", false);
  const kind = archive[0] === 0x50 && archive[1] === 0x4b ? "importZip" : "importTar";
  const error = (await rejects(fs[kind](new Blob([archive]), "/in", options), WASIXError, words)) as ArchiveError;
  equal([error.name, error.reason, error.entry], ["ArchiveError", reason, entry], `the error ${error.message}`);
  ok(!entry || error.message.includes(JSON.stringify(entry).slice(1, -1)), `${error.message} does not name ${entry}`);
  equal(error.written, written, "written");
  const there = (await tree(fs, "/in", false)).slice(1).map((line) => line.replace(/( ->| =|\/$| \d).*$/, ""));
  const listed = written.map((path) => path.replace("/in/", "")).sort();
  equal(there.sort(), listed, "what is there");
  equal(await tree(fs, "/outside", false), before, "what is outside");
  await fs.remove("/in", { recursive: true });
  await fs.mkdir("/in");
}

const f = (name: string, data = "x"): TarEntry => ({ name, data });
const z = (name: string, data = "x"): ZipEntry => ({ name, data });
const latin = (text: string) => new Uint8Array([...text].map((c) => c.charCodeAt(0)));

async function outside(fs: FileSystem): Promise<void> {
  await fs.writeFile("/outside/file", "precious", { parents: true });
}

export const tests: Record<string, () => Promise<void>> = {};

for (const [name, gzip] of [["tar", false], ["tar.gz", true]] as const) {
  tests[`${name} and back`] = () => files(async (fs) => {
    await sample(fs);
    await fs.importTar(await fs.exportTar("/src", { gzip }), "/first");
    equal((await fs.stat("/first/a.txt")).atimeMs, 1_500_000_000_000, "atime"); // of before it was read
    const before = await tree(fs, "/src");
    const result = await fs.importTar(await fs.exportTar("/src", { gzip }), "/copy");
    equal((await tree(fs, "/copy")).join("\n"), before.join("\n"), "the copy");
    equal(result.entries, before.length, "entries");
    // Once more over what is there.
    await fs.importTar(await fs.exportTar("/src", { gzip }), "/copy");
    equal((await tree(fs, "/copy")).join("\n"), before.join("\n"), "the copy");
  });
}

Object.assign(tests, {
  "zip and back": () => files(async (fs) => {
    await sample(fs);
    const result = await fs.importZip(await fs.exportZip("/src"), "/copy");
    // Hard links are copies, and the target's own time is not in a zip.
    const plain = async (root: string) => (await tree(fs, root)).slice(1).map((line) => line.replace(/^(z-hard|empty-not) .*/, "$1").replace(/(\.\d+)? \d+(\.\d+)?$/, ""));
    const want = (await plain("/src")).map((line) => line);
    equal((await plain("/copy")).join("\n"), want.join("\n"), "the copy");
    equal(await fs.readText("/copy/z-hard"), "contents of a");
    equal((await fs.stat("/copy/z-hard")).nlink, 1);
    equal((await fs.stat("/copy/a.txt")).mtimeMs, 1_600_000_000_123, "milliseconds");
    equal(result.entries, want.length, "entries");
  }),

  "sources of every form": () => files(async (fs) => {
    const bytes = tar([f("a", "1")]);
    const zipped = zip([z("a", "2")]);
    const framed = join([new Uint8Array(7), bytes]);
    let n = 0;
    for (const source of [bytes, bytes.buffer, framed.subarray(7), new Blob([bytes]), new Response(bytes), Promise.resolve(new Response(bytes)), new Blob([bytes]).stream()]) {
      await fs.importTar(source as Blob, `/t${++n}`);
      equal(await fs.readText(`/t${n}/a`), "1");
    }
    for (const source of [zipped, zipped.buffer, new Blob([zipped]), new Response(zipped), new Blob([zipped]).stream()]) {
      await fs.importZip(source as Blob, `/t${++n}`);
      equal(await fs.readText(`/t${n}/a`), "2");
    }
    await rejects(fs.importTar("text" as unknown as Blob, "/x"), TypeError, /an archive must be/);
    await rejects(fs.importTar(fetch("/nothing.tar"), "/x"), WASIXError, /nothing\.tar answered 404/);
    // A byte at a time.
    const gz = await packed(bytes, "gzip");
    let at = 0;
    await fs.importTar(new ReadableStream({ pull: (c) => (at < gz.length ? c.enqueue(gz.slice(at, ++at)) : c.close()) }), "/slow");
    equal(await fs.readText("/slow/a"), "1");
  }),

  "made by others": () => files(async (fs) => {
    for (const name of ["go.tar", "go.tar.gz", "go.zip"]) {
      const dir = `/${name}`;
      await (name === "go.zip" ? fs.importZip(fetch(`/archives/${name}`), dir) : fs.importTar(fetch(`/archives/${name}`), dir));
      equal(await fs.readText(`${dir}/dir/hello.txt`), "hello from Go\n");
      equal(await fs.readlink(`${dir}/dir/link`), "hello.txt");
      equal((await fs.stat(`${dir}/dir/hello.txt`)).mtimeMs, 1_700_000_000_000);
      equal([(await fs.stat(`${dir}/dir/hello.txt`)).mode, (await fs.stat(`${dir}/dir`)).mode], [0o600, 0o755]);
      equal((await fs.readFile(`${dir}/${"n".repeat(120)}/large`)).length, 5 << 20);
      if (name !== "go.zip") equal((await fs.stat(`${dir}/dir/hard`)).nlink, 2);
    }
  }),

  "read by others": () => files(async (fs) => {
    await sample(fs);
    const sizes: Record<string, number> = { "a.txt": 13, big: 3 << 20, "ünïcode/ß–😀": 5 };
    for (const name of ["tar", "tar.gz", "zip"]) {
      const body = await new Response(name === "zip" ? await fs.exportZip("/src", { prefix: "top" }) : await fs.exportTar("/src", { gzip: name === "tar.gz", prefix: "/top/" })).blob();
      const answer = await fetch(`/archives/check?format=${name}`, { method: "POST", body });
      const list = (await answer.json()) as { name: string; type: string; size: number; mode: number; target: string; mtime: number }[] & { error?: string };
      ok(!list.error, `Go says ${list.error}`);
      const by = new Map(list.map((entry) => [entry.name, entry]));
      for (const [file, size] of Object.entries(sizes)) equal(by.get(`top/${file}`)?.size, size, file);
      equal(by.get("top/tool")?.mode, 0o755, "mode of a script");
      equal([by.get("top/a.txt")?.mode, by.get("top/none")?.mode, by.get("top/empty/")!.mode], [0o644, 0o600, 0o700], "modes");
      equal(by.get("top/a.txt")?.mtime, 1_600_000_000, "mtime");
      equal([by.get("top/soft")?.type, by.get("top/soft")?.target], ["symlink", "a.txt"]);
      if (name !== "zip") equal([by.get("top/z-hard")?.type, by.get("top/z-hard")?.target], ["link", "top/a.txt"]);
      equal([by.get("top/empty/")?.type], ["directory"]);
    }
  }),

  // What is there already gets the mode of the archive, too; setuid and its like are left out.
  modes: () => files(async (fs) => {
    await fs.writeFile("/in/tool", "old", { parents: true });
    await fs.chmod("/in/tool", 0o700);
    await fs.mkdir("/in/d");
    await fs.chmod("/in/d", 0o700);
    const modes = async (...names: string[]) => Promise.all(names.map(async (name) => (await fs.stat(`/in/${name}`)).mode.toString(8)));
    await fs.importTar(new Blob([tar([{ name: "d/", type: "5", mode: 0o755 }, { name: "d/setuid", mode: 0o6751 }, { name: "tool", mode: 0o644 }, { name: "sticky/", type: "5", mode: 0o1777 }])]), "/in");
    equal(await modes("d", "d/setuid", "tool", "sticky"), ["755", "751", "644", "777"]);
    await fs.importZip(new Blob([zip([{ name: "script", mode: 0o104755 }, { name: "dos", mode: 0 }])]), "/in");
    equal(await modes("script", "dos"), ["755", "644"]);
    // Windows has no modes, and other slashes.
    await fs.importZip(new Blob([zip([{ name: "win\\sub\\file", data: "w", system: 0, mode: 0 }, { name: "empty\\", system: 10, mode: 0 }, z("unix\\file")])]), "/in");
    equal([await fs.readText("/in/win/sub/file"), (await fs.stat("/in/empty")).type, await fs.readText("/in/unix\\file")], ["w", "directory", "x"]);
    await fs.remove("/in", { recursive: true });
    await fs.mkdir("/in");
    await outside(fs);
    await refused(fs, zip([{ name: "..\\up", system: 0 }]), "dotdot", /goes up/, "../up");
    for (const [start, what] of [["\xfd7zXZ\0", "xz"], ["BZh91AY&SY", "bzip2"], ["\x28\xb5\x2f\xfd", "zstd"], ["PK\x03\x04", "a zip"]] as const) {
      await rejects(fs.importTar(new Blob([latin(start), new Uint8Array(2000)]), "/in"), WASIXError, new RegExp(`${what}: only tar`));
    }
    await fs.writeFile("/in/tool", "");
    await rejects(fs.chmod("/in/tool", 0o1777), WASIXError, /EINVAL/);
    await rejects(fs.chmod("/in/nothing", 0o777), WASIXError, /ENOENT/);
  }),

  "one file, filters, what is no file": () => files(async (fs) => {
    await sample(fs);
    equal((await fs.importTar(await fs.exportTar("/src/a.txt"), "/one")).entries, 1);
    equal(await fs.readText("/one/a.txt"), "contents of a");
    equal((await fs.importZip(await fs.exportZip("/src/big"), "/one")).bytes, 3 << 20);
    await fs.importTar(await fs.exportTar("/src", { filter: (path, type) => path === "/src/a.txt" || (type === "directory" && path === "/src/empty") }), "/few");
    equal((await tree(fs, "/few", false)).map((line) => line.split(" ")[0]), ["/", "a.txt", "empty/"]);
    // Everything, without the kernel's own trees.
    await fs.importTar(await fs.exportTar("/"), "/all");
    equal([await fs.exists("/all/dev"), await fs.exists("/all/src/a.txt")], [false, true]);
    await rejects(fs.exportTar("/nothing"), WASIXError, /ENOENT/);
    await rejects(fs.exportZip("/nothing"), WASIXError, /ENOENT/);
    await rejects(fs.exportTar("relative"), WASIXError, /absolute/);
  }),

  "names that lead out": () => files(async (fs) => {
    await outside(fs);
    const [good, was] = [f("good"), ["/in/good"]];
    for (const name of ["../outside/file", "a/../../outside/file", "..", "a/.."]) {
      await refused(fs, tar([good, f(name)]), "dotdot", /^EPERM: ".*": the name goes up/, name, was);
      await refused(fs, zip([z("good"), z(name)]), "dotdot", /goes up/, name);
    }
    for (const name of ["/outside/file", "//outside/file"]) {
      await refused(fs, tar([good, f(name)]), "absolute", /^EPERM: ".*": the name is absolute/, name, was);
      await refused(fs, zip([z(name)]), "absolute", /absolute/, name);
    }
    const long = `${"d/".repeat(60)}../../x`;
    await refused(fs, tar([{ name: "p", type: "x", data: pax("path", long) }, f("short")]), "dotdot", /goes up/, long);
    await refused(fs, tar([{ name: "l", type: "L", data: `/${long}\0` }, f("short")]), "absolute", /absolute/, `/${long}`);
  }),

  "links that lead out": () => files(async (fs) => {
    await outside(fs);
    const link = (name: string, target: string): TarEntry => ({ name, type: "2", link: target });
    for (const [name, target] of [["l", "../outside"], ["l", "/outside"], ["d/l", "../../outside"], ["l", ".."], ["l", "d/../../outside"], ["l", "./../x"]] as const) {
      const dir = name.includes("/") ? ["/in/d"] : [];
      await refused(fs, tar([link(name, target)]), "link", /^EPERM: ".*": is a link to ".*", which/, name, dir);
      await refused(fs, zip([{ name, data: target, mode: 0o120777 }]), "link", /is a link to/, name, dir);
    }
    // Through links that are fine one by one.
    await refused(fs, tar([link("sub/deep/l", "../.."), link("m", "sub/deep/l/..")]), "link", /goes up after a name/, "m", ["/in/sub", "/in/sub/deep", "/in/sub/deep/l"]);
    await refused(fs, tar([link("a/b/l", "../../a"), { name: "h", type: "1", link: "a/b/l" }]), "link", /leads out/, "h", ["/in/a", "/in/a/b", "/in/a/b/l"]);
    // What is written through one.
    await refused(fs, tar([link("d", "elsewhere"), f("d/file")]), "through-link", /^EPERM: "d\/file": "d" is a symbolic link/, "d/file", ["/in/d"]);
    await refused(fs, tar([link("d", "/outside"), f("d/file")]), "through-link", /symbolic link/, "d/file", ["/in/d"], { outside: "keep" });
    // Hard links to what did not come before.
    for (const target of ["../outside/file", "/outside/file", "never", "h", "dir"]) {
      await refused(fs, tar([{ name: "dir/", type: "5" }, { name: "h", type: "1", link: target }]), "link", /is a hard link to/, "h", ["/in/dir"]);
    }
    // Links that were there before.
    await fs.symlink("/outside", "/in/there");
    await rejects(fs.importTar(tar([f("there/file")]), "/in"), WASIXError, /"there" is a symbolic link/);
    await fs.importTar(tar([f("there", "now a file")]), "/in");
    equal([(await fs.lstat("/in/there")).type, await fs.readText("/outside/file")], ["file", "precious"]);
    await fs.remove("/in/there");
    await fs.link("/outside/file", "/in/there");
    await fs.importTar(tar([f("there", "now a file")]), "/in");
    equal(await fs.readText("/outside/file"), "precious");
    // Left out, or made all the same.
    await fs.remove("/in/there");
    const skipped = await fs.importTar(tar([link("l", "/outside"), { name: "h", type: "1", link: "l" }, f("ok")]), "/in", { outside: "skip" });
    equal([skipped.skipped, await fs.exists("/in/ok"), (await fs.readDir("/in")).length], [["l", "h"], true, 1]);
    await fs.importTar(tar([link("l", "/outside")]), "/in", { outside: "keep" });
    equal(await fs.readlink("/in/l"), "/outside");
  }),

  "devices and other kinds": () => files(async (fs) => {
    await outside(fs);
    for (const [type, what] of [["3", "character device"], ["4", "block device"], ["6", "fifo"]] as const) {
      await refused(fs, tar([f("a"), { name: "dev", type }]), "device", new RegExp(`^ENOTSUP: "dev": is a ${what}`), "dev", ["/in/a"]);
    }
    for (const mode of [0o020666, 0o060666, 0o010666, 0o140666]) await refused(fs, zip([z("a"), { name: "dev", mode }]), "device", /is a (FIFO|socket|.* device)/, "dev");
    for (const type of ["S", "V", "M", "Z"]) await refused(fs, tar([{ name: "odd", type, data: "x" }]), "unsupported", /unknown type/, "odd");
    await refused(fs, tar([{ name: "p", type: "x", data: pax("GNU.sparse.major", "1") }, f("sparse")]), "unsupported", /sparse/, "sparse");
    await refused(fs, tar([{ name: "p", type: "x", data: join([pax("GNU.sparse.major", "1"), pax("GNU.sparse.name", "real")]) }, f("GNUSparseFile.7/real")]), "unsupported", /sparse/, "real");
    await refused(fs, zip([{ ...z("secret"), flags: 0x801 }]), "unsupported", /encrypted/, "secret");
    await refused(fs, zip([{ ...z("lzma"), method: 14 }]), "unsupported", /method 14/, "lzma");
  }),

  "names that are no names": () => files(async (fs) => {
    await outside(fs);
    await refused(fs, tar([f("a"), { name: latin("caf\xe9"), data: "x" }]), "encoding", /^EILSEQ: "caf.": the name is not UTF-8/, "caf\ufffd");
    await refused(fs, tar([{ name: "p", type: "x", data: pax("path", latin("caf\xe9")) }, f("short")]), "encoding", /not UTF-8/, "caf\ufffd");
    await refused(fs, tar([{ name: "l", type: "L", data: latin("caf\xe9\0") }, f("short")]), "encoding", /not UTF-8/, "caf\ufffd");
    await refused(fs, tar([{ name: "l", type: "2", link: latin("\xff") }]), "encoding", /target is not UTF-8/, "l");
    await refused(fs, zip([{ name: latin("caf\xe9"), data: "x", flags: 0 }]), "encoding", /not UTF-8/, "caf\ufffd");
    await refused(fs, zip([{ name: "l", data: latin("\xff"), mode: 0o120777 }]), "encoding", /target is not UTF-8/, "l");
    await refused(fs, tar([f("")]), "name", /^EINVAL: an entry has no name/, "");
    await refused(fs, tar([f("./")]), "name", /not a directory|no name/, "./").catch(() => {}); // a name with a slash is a directory
    await refused(fs, zip([z("a\0b")]), "name", /NUL/, "a\0b");
    await refused(fs, tar([{ name: "p", type: "x", data: pax("path", "n".repeat(300)) }, f("short")]), "filesystem", /ENAMETOOLONG/, "n".repeat(300)).catch((error: Error) => ok(/does not name/.test(error.message), error.message));
    // UTF-8 without the flag that says so.
    await fs.importZip(zip([{ name: "ü", data: "x", flags: 0 }]), "/in");
    equal(await fs.exists("/in/ü"), true);
  }),

  "names that come twice, or are taken": () => files(async (fs) => {
    await outside(fs);
    await refused(fs, tar([f("a", "1"), f("./a", "2")]), "duplicate", /^EEXIST: ".\/a": the name comes twice/, "./a", ["/in/a"]);
    await refused(fs, zip([z("a"), z("a")]), "duplicate", /twice/, "a");
    await refused(fs, tar([f("a"), f("a/b")]), "exists", /"a" is not a directory/, "a/b", ["/in/a"]);
    await refused(fs, tar([f("a/b"), f("a")]), "exists", /there is a directory/, "a", ["/in/a", "/in/a/b"]);
    await fs.importTar(tar([{ name: "d/", type: "5" }, f("d/x"), { name: "d/", type: "5" }]), "/in"); // harmless
    await rejects(fs.importTar(tar([f("d/x", "new")]), "/in", { existing: "refuse" }), WASIXError, /"d\/x": there is a file/);
    equal(await fs.readText("/in/d/x"), "x");
    await fs.importTar(tar([f("d/x", "new")]), "/in");
    equal(await fs.readText("/in/d/x"), "new");
  }),

  "bombs": () => files(async (fs) => {
    await outside(fs);
    await refused(fs, tar([f("a", "12345"), f("b", "67890")]), "bytes", /^EFBIG: "b": .*maxBytes, 9/, "b", ["/in/a"], { maxBytes: 9 });
    await refused(fs, zip([z("a", "12345"), z("b", "67890")]), "bytes", /maxBytes, 9/, "b", [], { maxBytes: 9 }).catch(() => {});
    await refused(fs, tar([f("huge", "x"), { name: "claims", size: 8 ** 11 - 1 }]), "bytes", /maxBytes/, "claims", ["/in/huge"]);
    await refused(fs, tar([f("a"), f("b"), f("c")]), "entries", /^EFBIG: "c": .*maxEntries, 2/, "c", ["/in/a", "/in/b"], { maxEntries: 2 });
    await refused(fs, zip([z("a"), z("b"), z("c")]), "entries", /maxEntries, 2/, "c", [], { maxEntries: 2 });
    const zeros = new Uint8Array(40 << 20);
    await refused(fs, await packed(tar([f("ok"), { name: "zeros", data: zeros }]), "gzip"), "ratio", /^EFBIG: .*maxRatio, 250/, "", ["/in/ok"]).catch((error: Error) => ok(/reason|the error/.test(error.message), error.message));
    // Behind the end of the tar.
    const tail = await packed(join([tar([f("ok")]), zeros]), "gzip");
    const error = (await rejects(fs.importTar(tail, "/in"), WASIXError, /maxRatio/)) as ArchiveError;
    equal([error.reason, await tree(fs, "/outside", false)], ["ratio", ["/", ...(await tree(fs, "/outside", false)).slice(1)]]);
    await fs.remove("/in", { recursive: true });
    await fs.mkdir("/in");
    const raw = await packed(zeros, "deflate-raw");
    const deflated: ZipEntry = { name: "zeros", data: raw, method: 8, size: zeros.length, packed: raw.length, crc: 0 };
    await refused(fs, zip([z("ok"), deflated]), "ratio", /maxRatio/, "zeros");
    // One that says that it is small.
    await refused(fs, zip([z("ok"), { ...deflated, size: 1000 }]), "corrupt", /has more than the 1000 bytes|damaged/, "zeros", ["/in/ok"]);
    // Entries that share their bytes.
    await refused(fs, zip([z("one", "same"), { ...z("one", "same"), name: "two", offset: 0 }]), "corrupt", /damaged/, "two", ["/in/one"]);
    await fs.importTar(await packed(tar([{ name: "zeros", data: zeros }]), "gzip"), "/in", { maxRatio: Infinity });
    equal((await fs.stat("/in/zeros")).size, zeros.length);
  }),

  "archives that end early": () => files(async (fs) => {
    await outside(fs);
    const whole = tar([f("a", "x".repeat(600)), f("b", "y".repeat(600))]);
    for (const [length, written] of [[0, []], [100, []], [512, []], [600, []], [1024, []], [1536, ["/in/a"]], [1600, ["/in/a"]], [2600, ["/in/a"]], [3072, ["/in/a", "/in/b"]], [3584, ["/in/a", "/in/b"]]] as [number, string[]][]) {
      const error = (await rejects(fs.importTar(whole.slice(0, length), "/in"), WASIXError, /^EBADMSG: .*ends early/)) as ArchiveError;
      equal([error.reason, error.written], ["truncated", written], `of ${length} bytes`);
      equal((await fs.readDir("/in")).map(({ name }) => `/in/${name}`).sort(), written, `what is there of ${length} bytes`);
      for (const path of written) await fs.remove(path);
    }
    const gz = await packed(whole, "gzip");
    for (const length of [5, 20, gz.length - 9, gz.length - 1]) {
      const error = (await rejects(fs.importTar(gz.slice(0, length), "/in"), WASIXError, /^EBADMSG/)) as ArchiveError;
      equal(error.reason, "truncated", `${length} bytes: ${error.message}`);
    }
    await fs.remove("/in", { recursive: true });
    await fs.mkdir("/in");
    const zipped = zip([z("a", "x".repeat(600)), z("b")]);
    for (const length of [0, 100, 700, zipped.length - 1]) {
      const error = (await rejects(fs.importZip(zipped.slice(0, length), "/in"), WASIXError, /^EBADMSG/)) as ArchiveError;
      equal([error.reason, error.written.length], ["truncated", 0], `${length} bytes: ${error.message}`);
    }
    // A large file that breaks off leaves nothing, and what was there stays.
    await fs.writeFile("/in/large", "the old one");
    const large = tar([{ name: "large", data: new Uint8Array(5 << 20).fill(7) }]);
    const error = (await rejects(fs.importTar(large.slice(0, 3 << 20), "/in"), WASIXError, /ends early/)) as ArchiveError;
    equal([error.entry, error.written, await fs.readText("/in/large"), (await fs.readDir("/in")).length], ["large", [], "the old one", 1]);
  }),

  "damaged archives": () => files(async (fs) => {
    await outside(fs);
    await refused(fs, tar([f("a"), { ...f("b"), badSum: true }]), "corrupt", /^EBADMSG: .*damaged after 1 entries/, "a", ["/in/a"]).catch((error: Error) => ok(/does not name/.test(error.message), error.message));
    await refused(fs, new TextEncoder().encode("<!doctype html>".padEnd(2000)), "corrupt", /this is no tar archive/, "");
    const gz = await packed(tar([f("a", "x".repeat(5000))]), "gzip");
    gz[gz.length - 6]! ^= 1; // its checksum
    ok(/EBADMSG/.test(String(await fs.importTar(gz, "/x").catch((error: Error) => error))), "a wrong checksum is told");
    await refused(fs, zip([z("ok"), { ...z("bad"), crc: 1 }]), "corrupt", /^EBADMSG: "bad": the archive is damaged/, "bad", ["/in/ok"]);
    await refused(fs, zip([{ ...z("bad"), data: new Uint8Array(3 << 20).fill(3), crc: 1 }]), "corrupt", /damaged/, "bad");
    await rejects(fs.importZip(new TextEncoder().encode("<!doctype html>".padEnd(2000)), "/in"), WASIXError, /this is no zip archive/);
    // Any byte may be wrong: there is an error or a tree, and never anything outside.
    const random = ((seed) => () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff)(42);
    const before = await tree(fs, "/outside", false);
    for (const base of [tar([f("a"), { name: "l", type: "2", link: "a" }, { name: "h", type: "1", link: "a" }]), zip([z("a"), z("b/c")])]) {
      for (let i = 0; i < 60; i++) {
        const bad = base.slice();
        for (let n = 0; n < 3; n++) bad[Math.floor(random() * bad.length)] = Math.floor(random() * 256);
        try {
          await (base[0] === 0x50 ? fs.importZip(bad, "/in/r") : fs.importTar(bad, "/in/r"));
        } catch (error) {
          ok((error as Error).name === "ArchiveError", `round ${i}: ${String(error)}`);
        }
        await fs.remove("/in/r", { recursive: true, force: true });
      }
    }
    equal(await tree(fs, "/outside", false), before);
    equal((await fs.readDir("/in")).length, 0);
  }),

  "when files cannot be written": () => files(async (fs) => {
    const error = (await rejects(fs.importTar(tar([f("a/b")]), "/dev/null"), WASIXError, /ENOTDIR|EEXIST/)) as ArchiveError;
    equal(error.reason, "filesystem");
    // A source that breaks keeps its own error.
    const broken = new ReadableStream<Uint8Array>({ pull: (c) => c.error(new RangeError("no more")) });
    await rejects(fs.importTar(broken, "/in"), RangeError, /no more/);
    await rejects(fs.importTar(tar([f("a")]), "/in", { onEntry: () => JSON.parse("{") }), SyntaxError, /JSON/);
    const abort = new AbortController();
    const slow = new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(tar([f("a")], false)) });
    const importing = fs.importTar(slow, "/in", { signal: abort.signal, onEntry: () => abort.abort() });
    equal(await importing.catch((thrown: Error) => thrown.name), "AbortError");
    // A stream that nobody reads to the end.
    await sample(fs);
    for (const stream of [await fs.exportTar("/src"), await fs.exportZip("/src")]) {
      const reader = stream.getReader();
      ok(!(await reader.read()).done, "something comes");
      await reader.cancel();
    }
    // What goes away meanwhile.
    for (const kind of ["exportTar", "exportZip"] as const) {
      await fs.writeFile("/vanish/a", new Uint8Array(9 << 20).map((_, i) => i * i * 31), { parents: true });
      await fs.writeFile("/vanish/b", new Uint8Array(20 << 20).map((_, i) => i * i * 37));
      const reader = (await fs[kind]("/vanish")).getReader();
      for (let n = 0; n < (kind === "exportTar" ? 1 << 20 : 1); ) n += (await reader.read()).value!.length; // in the middle of a
      await fs.truncate("/vanish/b", 5);
      const failed = (async () => {
        while (!(await reader.read()).done);
        return kind;
      })();
      const gone = (await rejects(failed, WASIXError, /has changed while it was read/)) as ArchiveError;
      equal([gone.reason, gone.entry], ["truncated", "b"]);
    }
  }),

  // A gigabyte, most of it holes, through this tab.
  "bounded memory": () => files(async (fs, sys) => {
    const GiB = 2 ** 30;
    await fs.writeFile("/src/disk", "start", { parents: true });
    await fs.truncate("/src/disk", GiB);
    await fs.writeFile("/src/disk", "end", { append: true });
    const heap = () => (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0; // Chromium alone tells
    const [before, { total }] = [heap(), await sys.memory()];
    let most = 0;
    let bytes = 0;
    const watched = (await fs.exportTar("/src")).pipeThrough(new TransformStream<Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        bytes += chunk.length;
        most = Math.max(most, heap());
        controller.enqueue(chunk);
      },
    }));
    const result = await fs.importTar(watched, "/copy");
    equal([result.bytes, bytes > GiB], [GiB + 3, true]);
    equal((await fs.stat("/copy/disk")).size, GiB + 3);
    equal(new TextDecoder().decode(await fs.readFile("/copy/disk", { offset: GiB, length: 10 })), "end");
    // Most of it is what has not been collected yet.
    ok(most - before < GiB / 2, `the page took ${(most - before) >> 20} MiB`);
    const grown = (await sys.memory()).total - total;
    ok(grown < GiB / 8, `the kernel took ${grown >> 20} MiB`);
  }),

  "into a database and out of it": async () => {
    const mounts = { "/data": { idb: "archive-test" } };
    await files(async (fs) => {
      await sample(fs);
      await fs.importTar(await fs.exportTar("/src"), "/data/copy");
    }, { mounts });
    await files(async (fs) => {
      await sample(fs);
      equal(await fs.check("/data"), []);
      equal((await tree(fs, "/data/copy")).slice(1).join("\n"), (await tree(fs, "/src")).slice(1).join("\n"), "the tree after a restart");
      await fs.importZip(await fs.exportZip("/data/copy"), "/zipped");
      equal(await fs.readText("/zipped/z-hard"), "contents of a");
    }, { mounts });
  },

  "from a plain script, and inside workers": async () => {
    const work = `async (WASIX, bytes) => {
      const sys = await WASIX.create();
      await sys.fs.importTar(bytes, "/in");
      const zip = await sys.fs.exportZip("/in");
      await sys.fs.importZip(zip, "/out");
      const text = await sys.fs.readText("/out/a");
      await sys.close();
      return text;
    }`;
    const bytes = tar([f("a", "through")]);
    const script = document.createElement("script");
    script.src = "/wasix-web.iife.js";
    await new Promise((loaded) => {
      script.onload = loaded;
      document.head.append(script);
    });
    const run = (0, eval)(work) as (api: unknown, bytes: Uint8Array) => Promise<string>;
    equal(await run((globalThis as unknown as { WASIX: unknown }).WASIX, bytes), "through", "in the page");
    const at = location.origin;
    for (const [type, load] of [
      ["classic", `importScripts("${at}/wasix-web.iife.js"); const api = Promise.resolve(WASIX);`],
      ["module", `const api = import("${at}/wasix-web.esm.js").then((m) => m.WASIX);`],
    ] as const) {
      const code = `${load} onmessage = async ({ data }) => postMessage(await (${work})(await api, data).catch((error) => String(error.stack)))`;
      const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), { type });
      equal(await new Promise((answer) => {
        worker.onmessage = ({ data }) => answer(data);
        worker.onerror = ({ message }) => answer(message);
        worker.postMessage(bytes);
      }), "through", `in a ${type} worker`);
      worker.terminate();
    }
  },

  "without the script": () => files(async (fs) => {
    await rejects(fs.importTar(tar([f("a")]), "/in"), WASIXError, /^ENOSYS: cannot load http.*\/nothing\/archive\.js, which archives need \(a bundle built without npm has none\)/);
    await rejects(fs.exportZip("/in"), WASIXError, /ENOSYS/);
  }, { assets: { archive: "/nothing/archive.js" } }),

  "many small files": () => files(async (fs) => {
    const entries = Array.from({ length: 3000 }, (_, i) => f(`d${i % 30}/f${i}`, `contents ${i}`));
    const begin = performance.now();
    const { entries: n } = await fs.importTar(tar(entries), "/many");
    const middle = performance.now();
    const list = await new Response(await fs.exportTar("/many")).arrayBuffer();
    console.log(`3000 files in ${Math.round(middle - begin)} ms, out ${Math.round(performance.now() - middle)} ms`);
    equal([n, (await fs.readDir("/many/d7")).length, list.byteLength > 3000 * 1024], [3000, 100, true]);
    equal(await fs.readText("/many/d29/f2999"), "contents 2999");
  }),
});
