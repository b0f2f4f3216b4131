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

async function guest(...args) {
  const r = await sys.run("guest.wasm", { args: ["guest", ...args.map(String)], preopens: ["/"] });
  if (r.exitCode !== 0) throw new Error(`${args}: exit ${r.exitCode} ${r.trap} ${r.stdout} ${r.stderr}`);
  return r.stdout;
}

// Tells the worker (fault.js) which transactions fail from now on; null: none.
async function faults(plan) {
  const channel = new BroadcastChannel("faults");
  const told = new Promise((resolve) => { channel.onmessage = (e) => resolve(e.data.failed); });
  channel.postMessage({ plan });
  const failed = await told;
  channel.close();
  return failed;
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

// Tells whether a database of the page's own is as an earlier page has left it, and
// leaves it so: false when the browser has dropped all that it kept for the page.
const witness = () => new Promise((resolve, reject) => {
  let old = true;
  const request = indexedDB.open("witness", 1);
  request.onupgradeneeded = () => {
    old = false;
    request.result.createObjectStore("seen");
  };
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    request.result.close();
    resolve(old);
  };
});

const lastSynced = () => synced.at(-1) ?? "";
var check = (repair) => sys.fs.check("/data", { repair });
const warned = () => warnings;
var read = (path) => sys.fs.readText(path);
var write = (path, data) => sys.fs.writeFile(path, data);
var sync = () => sys.fs.sync();
const close = () => sys.close();
const unmount = () => sys.fs.unmount("/data");
const estimate = () => sys.fs.estimate();
const persist = () => sys.fs.persist();

// The page is hidden, as far as scripts can tell.
function hide() {
  Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}

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
