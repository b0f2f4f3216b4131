// Standard streams that the page or a module in the worker serves.

import type { Input, Output, SpawnOptions, WASIX as API, WASIXError as ErrorType } from "../../../web/src/wasix-web";

const url = "./dist/wasix-web.esm.js";
const { WASIX, WASIXError } = (await import(url)) as { WASIX: typeof API; WASIXError: typeof ErrorType };

let guest: Promise<ArrayBuffer> | undefined;

async function program(): Promise<ArrayBuffer> {
  return (await (guest ??= fetch("guest.wasm").then((r) => r.arrayBuffer()))).slice(0);
}

const lines = (text: string) => text.replace(/\n$/, "").split("\n");
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A system, and what it warned of. */
async function system<T extends object>(use: (sys: API, warnings: string[]) => Promise<T>): Promise<T & { warnings: string[] }> {
  const warnings: string[] = [];
  const sys = await WASIX.create({ onWarn: (message) => warnings.push(message) });
  try {
    return { ...(await use(sys, warnings)), warnings };
  } finally {
    await sys.close();
  }
}

/** Runs steps with their results on stderr, and gives those. */
async function steps(sys: API, options: { stdin?: Input; stdout?: Output }, ...args: string[]): Promise<string[]> {
  const { stderr } = await sys.run(await program(), { ...options, args: ["guest", ...args], env: { RESULTS: "stderr" } });
  return lines(stderr);
}

const module = (what: string, late = false) => ({ module: "stdio.js", options: { what, late } });

/** What functions on the page take, as text and as bytes, at once and later. */
const taken = () => system(async (sys, warnings) => {
  const out: string[] = [];
  for (const late of [false, true]) {
    out.push(...await steps(sys, { stdout: (text) => {
      if (!late) return void warnings.push(text);
      return pause(1).then(() => warnings.push(text));
    } }, "out,a", "out,\u00e9", "out,b"));
    let bytes = 0;
    out.push(...await steps(sys, { stdout: { write: (data) => { bytes += data.length; return late ? pause(1) : undefined; }, close: () => void warnings.push(`closed after ${bytes}`) } }, "out,abc", "out,d"));
  }
  // All of a flood, in order, though most of it is not waited for one by one.
  let all = "";
  out.push(...await steps(sys, { stdout: (text) => void (all += text) }, "flood,20000"));
  out.push(String(all === Array.from({ length: 20000 }, (_, i) => `${i}\n`).join("")));
  // Both streams have somewhere to go, and the result has nothing.
  const both = await sys.run(await program(), { args: ["guest", "out,x"], stdout: (text) => void warnings.push(`out ${text}`), stderr: () => {} });
  return { out, next: [both.stdout] };
});

/** Functions on the page that fail. */
const failing = () => system(async (sys) => {
  const out: string[] = [];
  const tries: Output[] = [
    () => { throw new WASIXError("ENOSPC"); },
    async () => { throw new WASIXError("EROFS"); },
    () => Promise.reject({ errno: 2 }),
    () => { throw new TypeError("no output today"); },
    { write: () => Promise.reject(new Error("nor tomorrow")) },
  ];
  for (const stdout of tries) out.push(...await steps(sys, { stdout }, "out,x"));
  // One that fails now and then fails the writes that it fails.
  let n = 0;
  out.push(...await steps(sys, { stdout: () => { if (n++ % 2) throw new WASIXError("EDQUOT"); } }, "out,a", "out,b", "out,c", "out,d"));
  let count = 0;
  out.push(...await steps(sys, { stdout: () => { if (++count > 100) throw new WASIXError("ENOSPC"); } }, "flood,20000"));
  // As users of @runno/wasi have it, without and with a terminal.
  for (const isTTY of [false, true]) {
    let err = "";
    let writes = 0;
    await WASIX.start(await program(), {
      args: ["guest", "out,x", "sleep", "out,y"], env: { RESULTS: "stderr" }, isTTY,
      stdout: (text) => { writes++; if (!isTTY || text.includes("x")) throw new WASIXError("ENOSPC"); }, stderr: (text) => void (err += text),
    });
    out.push(...(isTTY ? [`${writes > 0}`] : lines(err)));
  }
  return { out };
});

/** A write that nobody answers ends on a signal; others are not held up. */
const stuck = (how: string, where: string) => system(async (sys, warnings) => {
  let reached!: () => void;
  const there = new Promise<void>((resolve) => void (reached = resolve));
  const stdout: Output = where === "page" ? () => (reached(), new Promise<never>(() => {})) : module("never");
  const abort = new AbortController();
  const options: SpawnOptions = { args: ["guest", "out,x"], stdout, stderr: "null", signal: abort.signal, timeoutMs: how === "timeout" ? 300 : undefined };
  const proc = await sys.spawn(await program(), options);
  if (where === "page") await there;
  else while (!warnings.some((w) => w.includes("reached"))) await pause(5);
  const meanwhile = lines((await sys.run(await program(), { args: ["guest", "write,/tmp/f,1"] })).stdout);
  if (how === "abort") abort.abort();
  else if (how !== "timeout") proc.kill(how);
  const { signal, reason, restarted } = await proc.exited;
  return { meanwhile, signal, reason, restarted, live: await sys.live() };
});

/** Modules in the worker. */
const modules = (late: boolean) => system(async (sys, warnings) => {
  const out = await steps(sys, { stdin: module("in", late) }, "line", "line", "line", "line");
  out.push(...await steps(sys, { stdin: module("failing in", late) }, "line", "now"));
  out.push(...await steps(sys, { stdin: module("throwing in", late) }, "line"));
  out.push(...await steps(sys, { stdin: module("nonsense in", late) }, "line"));
  const said = warnings.splice(0);
  out.push(...await steps(sys, { stdout: module("text", late) }, "out,a", "out,\u00e9"));
  out.push(...await steps(sys, { stdout: module("bytes", late) }, "out,abc", "out,d"));
  const took = warnings.splice(0);
  out.push(...await steps(sys, { stdout: module("full", late) }, "out,abc", "out,abcd", "out,d"));
  out.push(...await steps(sys, { stdout: module("throwing", late) }, "out,a", "out,b"));
  return { out: out.map((l) => (l.startsWith("now: ") ? "now: ..." : l)), names: said, next: took };
});

const neverRead = () => system(async (sys) => {
  const proc = await sys.spawn(await program(), { args: ["guest", "line"], stdin: module("never in") });
  await pause(50);
  proc.kill("SIGINT");
  const { signal, reason } = await proc.exited;
  return { signal, reason };
});

/** What cannot serve a stream. */
const refused = () => system(async (sys) => {
  const tries: Record<string, object> = {
    "no module": { stdout: { module: "nothing-there.js" } }, "no method": { stdout: { module: "stdio.js", options: { what: "in" } } },
    "a module that throws": { stdin: { module: "stdio.js", options: { what: "nothing" } } }, "an object": { stdout: {} }, "a number": { stderr: 5 },
  };
  const out: string[] = [];
  for (const [name, options] of Object.entries(tries)) {
    out.push(`${name}: ${await sys.spawn(await program(), { args: ["guest"], ...options } as SpawnOptions).then(() => "started", (e: Error) => `${e.name}: ${e.message}`)}`);
  }
  return { out };
});

Object.assign(globalThis, { taken, failing, stuck, modules, neverRead, refused, ready: true });
