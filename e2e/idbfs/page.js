// What the tests call, one function each. Everything returned is plain.

let sys;
const warnings = [];

async function mount(spec) {
  const start = performance.now();
  sys = await WASIX.create({ mounts: { "/data": { idb: "test", ...spec } }, onWarn: (w) => warnings.push(w) });
  return performance.now() - start;
}

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
const check = (repair) => sys.fs.check("/data", { repair });
const warned = () => warnings;
const read = (path) => sys.fs.readText(path);
const write = (path, data) => sys.fs.writeFile(path, data);
const sync = () => sys.fs.sync();
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
