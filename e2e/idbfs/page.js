// What the tests call, one function each. Everything returned is plain.

let sys;
const warnings = [];

async function mount(spec) {
  const start = performance.now();
  sys = await WASIX.create({ mounts: { "/data": { idb: "test", ...spec } }, onWarn: (w) => warnings.push(w) });
  return performance.now() - start;
}

async function boot(mounts) {
  sys = await WASIX.create({ mounts, onWarn: (w) => warnings.push(w) });
}

var mountAt = async (mounts) => { for (const [path, spec] of Object.entries(mounts)) await sys.fs.mount(path, spec); };
const writeDeep = (path, data) => sys.fs.writeFile(path, data, { parents: true });
const rename = (from, to) => sys.fs.rename(from, to);
const listTree = async (path) => Object.keys(await survey(path));

// How long the mount alone takes.
async function mountMs(spec) {
  sys = await WASIX.create({ onWarn: (w) => warnings.push(w) });
  const start = performance.now();
  await sys.fs.mount("/data", { idb: "test", ...spec });
  return performance.now() - start;
}

async function guest(...args) {
  const r = await sys.run("guest.wasm", { args: ["guest", ...args.map(String)], preopens: ["/"] });
  if (r.exitCode !== 0) throw new Error(`${args}: exit ${r.exitCode} ${r.trap} ${r.stdout} ${r.stderr}`);
  return r.stdout;
}

const synced = [];

// Starts a program whose lines are kept.
async function background(...args) {
  const p = await sys.spawn("guest.wasm", { args: ["guest", ...args.map(String)] });
  (async () => {
    let rest = "";
    for await (const chunk of p.stdout) {
      const lines = (rest + new TextDecoder().decode(chunk)).split("\n");
      rest = lines.pop();
      synced.push(...lines);
    }
  })();
  return p.pid;
}

const lastSynced = () => synced.at(-1) ?? "";
var check = (repair) => sys.fs.check("/data", { repair });
const warned = () => warnings;
var read = (path) => sys.fs.readText(path);
var write = (path, data) => sys.fs.writeFile(path, data);
var sync = () => sys.fs.sync();
const close = () => sys.close();
const unmount = () => sys.fs.unmount("/data");
const estimate = () => sys.fs.estimate();

async function tree(path) {
  const out = {};
  for (const e of await sys.fs.readDir(path)) {
    const p = `${path}/${e.name}`;
    if (e.type === "directory") Object.assign(out, await tree(p), { [p]: null });
    else out[p] = await sys.fs.readText(p);
  }
  return out;
}

// What is below a directory: for a file its first line, its size, and whether
// all of its lines are the first; for a directory null.
async function survey(path, out = {}) {
  for (const e of await sys.fs.readDir(path)) {
    const p = `${path}/${e.name}`;
    if (e.type === "directory") {
      out[p] = null;
      await survey(p, out);
    } else {
      const text = await sys.fs.readText(p);
      const line = text.slice(0, text.indexOf("\n") + 1);
      out[p] = { line: line.trim(), size: text.length, whole: text === line.repeat(line ? text.length / line.length : 0) };
    }
  }
  return out;
}

// The error of a mount, or "".
async function tryMount(spec) {
  const s = await WASIX.create({ onWarn: (w) => warnings.push(w) });
  try {
    await s.fs.mount("/data", { idb: "test", ...spec });
    sys = s;
    return "";
  } catch (e) {
    await s.close();
    return e.message;
  }
}

// The error of a call, or "".
async function failure(fn, ...args) {
  try {
    await globalThis[fn](...args);
    return "";
  } catch (e) {
    return e.message;
  }
}


// Writes and reads records of 1 MiB, 16 in a transaction, eight on their way, in
// MB/s: what the database itself can do.
async function plain(mib) {
  const done = (r, ok) => new Promise((resolve, reject) => { r[ok] = () => resolve(r.result); r.onerror = r.onabort = () => reject(r.error); });
  const opening = indexedDB.open("plain", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("s");
  const db = await done(opening, "onsuccess");
  const noise = new Uint8Array(1 << 20);
  for (let i = 0; i < noise.length; i += 65536) crypto.getRandomValues(noise.subarray(i, i + 65536));
  const rate = (start) => Math.round(mib * 1048.576 / (performance.now() - start));
  let start = performance.now();
  for (let i = 0; i < mib;) {
    const tx = db.transaction("s", "readwrite", { durability: i + 16 >= mib ? "strict" : "relaxed" });
    for (let j = 0; j < 16; j++) tx.objectStore("s").put(noise.slice(), i++);
    tx.commit();
    await done(tx, "oncomplete");
  }
  const write = rate(start);
  start = performance.now();
  for (let i = 0; i < mib;) await Promise.all(Array.from({ length: 8 }, () => done(db.transaction("s").objectStore("s").get(i++), "onsuccess")));
  const read = rate(start);
  db.close();
  await done(indexedDB.deleteDatabase("plain"), "onsuccess");
  return { write, read };
}
