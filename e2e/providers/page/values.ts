// Clocks, sources of random numbers and streams of the page's own.

import type { CreateOptions, WASIX as API, WASIXError as ErrorType } from "../../../web/src/wasix-web";
import { Counting, Ticking } from "./clock";

const url = "./dist/wasix-web.esm.js";
const { WASIX, WASIXError } = (await import(url)) as { WASIX: typeof API; WASIXError: typeof ErrorType };

let guest: Promise<ArrayBuffer> | undefined;

async function program(): Promise<ArrayBuffer> {
  return (await (guest ??= fetch("guest.wasm").then((r) => r.arrayBuffer()))).slice(0);
}

const lines = (text: string) => text.replace(/\n$/, "").split("\n");

const given: Record<string, () => Pick<CreateOptions, "clock" | "random">> = {
  page: () => ({ clock: new Ticking(), random: new Counting() }),
  late: () => {
    const clock = new Ticking();
    const random = new Counting();
    return { clock: { now: async (id) => clock.now(id) }, random: { fill: async (b) => random.fill(b) } };
  },
  worker: () => ({ clock: { module: "clock.js", options: { what: "clock" } }, random: { module: "clock.js", options: { what: "random" } } }),
  "late worker": () => ({ clock: { module: "clock.js", options: { what: "clock", late: true } }, random: { module: "clock.js", options: { what: "random", late: true } } }),
};

/** What a program sees, run in two systems of the same kind. */
const same = async (how: string) => {
  const out: string[] = [];
  const warnings: string[] = [];
  for (let i = 0; i < 2; i++) {
    const r = await WASIX.run(await program(), {
      args: ["guest", "now", "random", "now", "write,/tmp/f,1", "stat,/tmp/f", "random", "sleep", "now"],
      ...given[how]!(), onWarn: (message) => warnings.push(message),
    });
    out.push(...lines(r.stdout));
  }
  return { out, warnings };
};

/** The same in start, as users of @runno/wasi have it. */
const started = async () => {
  const out: string[] = [];
  const r = await WASIX.start(await program(), {
    args: ["guest", "now", "random", "line", "line"], clock: new Ticking(), random: new Counting(), tty: { get: () => ({ cols: 100, rows: 30 }) },
    stdin: (() => { const rest = ["first\n", "second\n"]; return () => rest.shift() ?? null; })(), stdout: (text) => out.push(text),
  });
  return { out: lines(out.join("").replaceAll("\r", "")), reason: r.reason };
};

/** A clock or a source that begins to fail when the program reads its input. */
const failing = async (what: "clock" | "random", how: string) => {
  let on = false;
  const fails: Record<string, () => unknown> = {
    errno: () => { throw new WASIXError("EACCES"); },
    plain: () => { throw new RangeError("broken"); },
    rejects: () => Promise.reject(new RangeError("broken")),
    nothing: () => undefined,
    negative: () => -1n,
    text: () => "now",
    huge: () => 1n << 70n,
  };
  const clock = new Ticking();
  const random = new Counting();
  const warnings: string[] = [];
  const sys = await WASIX.create({
    clock: what === "clock" ? { now: (id) => (on ? (fails[how]!() as bigint) : clock.now(id)) } : undefined,
    random: what === "random" ? { fill: (b) => (on ? (fails[how]!() as undefined) : random.fill(b)) } : undefined,
    onWarn: (message) => warnings.push(message),
  });
  const trace: string[] = [];
  const r = await sys.run(await program(), {
    args: ["guest", "line", what === "clock" ? "now" : "random"], stdin: () => { on = true; return "go\n"; }, trace: (line) => trace.push(line),
  });
  on = false;
  const next = await sys.run(await program(), { args: ["guest", "now", "random"] });
  await sys.close();
  const call = what === "clock" ? "clock_time_get" : "random_get";
  const errors = trace.filter((line, i) => line.includes("<==") && !line.includes("ESUCCESS") && trace[i - 1]?.includes(call)).map((line) => /errno=(\w+)/.exec(line)?.[1]);
  return { out: lines(r.stdout), error: r.stderr.split("\n")[0], warnings, names: [...new Set(errors)], next: lines(next.stdout).map((l) => l.slice(0, 4)) };
};

/** A clock that never answers keeps the program that asks, and no other call. */
const stuck = async () => {
  let on = false;
  const clock = new Ticking();
  let asked!: () => void;
  const asks = new Promise<void>((resolve) => void (asked = resolve));
  const never = () => {
    asked();
    return new Promise<never>(() => {});
  };
  const sys = await WASIX.create({ clock: { now: (id) => (on ? never() : clock.now(id)) } });
  const proc = await sys.spawn(await program(), { args: ["guest", "line", "now"], stdin: () => { on = true; return "go\n"; } });
  await asks;
  await sys.fs.writeFile("/tmp/f", "fine");
  const text = await sys.fs.readText("/tmp/f");
  proc.kill("SIGTERM");
  const { reason, signal } = await proc.exited;
  on = false;
  const next = await sys.run(await program(), { args: ["guest", "write,/tmp/g,1"] });
  const live = await sys.live();
  await sys.close();
  return { out: [text], reason, signal, next: lines(next.stdout), live };
};

const stdin = async () => {
  const warnings: string[] = [];
  const sys = await WASIX.create({ onWarn: (message) => warnings.push(message) });
  const run = async (stdin: (n: number) => unknown, ...steps: string[]) => lines((await sys.run(await program(), { args: ["guest", ...steps], stdin: stdin as () => string })).stdout);
  const sizes: number[] = [];
  const rest = ["one\n", new TextEncoder().encode("two\nthree"), Promise.resolve("\n"), ""];
  const out = await run((n) => { sizes.push(n); return rest.shift(); }, "line", "line", "line", "line");
  out.push(...await run(() => { throw new WASIXError("EPERM"); }, "line", "now"));
  out.push(...await run(() => { throw new TypeError("no input today"); }, "line"));
  out.push(...await run(() => Promise.reject(new TypeError("no input tomorrow")), "line"));
  out.push(...await run(() => 5, "line"));
  const proc = await sys.spawn(await program(), { args: ["guest", "line"], stdin: () => new Promise<never>(() => {}) });
  const waiting = new Promise((resolve) => setTimeout(resolve, 50));
  await waiting;
  proc.kill("SIGINT");
  const { signal } = await proc.exited;
  const next = await run(() => "fine\n", "line");
  await sys.close();
  return { out: out.map((l) => (l.startsWith("now: ") ? "now: ..." : l)), warnings, signal, next, open: sizes.filter((n) => !(n > 0)).length };
};

/** Callbacks for output that throw. */
const output = async () => {
  const errors: string[] = [];
  addEventListener("error", (event) => {
    errors.push(event.message);
    event.preventDefault();
  });
  const sys = await WASIX.create();
  const r = await sys.run(await program(), {
    args: ["guest", "now", "line"], onStdout: () => { throw new RangeError("no room for output"); }, trace: (line) => { if (line.includes("==> fd_write")) throw new RangeError("no trace"); },
  });
  const next = await sys.run(await program(), { args: ["guest", "write,/tmp/f,1"] });
  await sys.close();
  return { names: lines(r.stdout).map((l) => l.slice(0, 4)), reason: r.reason, warnings: [...new Set(errors)].sort(), next: lines(next.stdout) };
};

const refused = async () => {
  const tries: Record<string, object> = {
    "clock text": { clock: "now" }, "clock object": { clock: {} }, "random text": { random: "x" }, "random object": { random: { now() {} } },
    "clock throws": { clock: { now() { throw new TypeError("not now"); } } }, "clock gives nothing": { clock: { now() {} } },
    "no module": { random: { module: "nothing.js" } }, "other module": { random: { module: "clock.js", options: { what: "clock" } } },
  };
  const out: Record<string, string> = {};
  for (const [name, options] of Object.entries(tries)) {
    out[name] = await WASIX.create({ ...options, onWarn() {} }).then(async (sys) => (await sys.close(), "made"), (e: Error) => `${e.name}: ${e.message}`);
  }
  return out;
};

/** A prepared tree, given back after each program. */
const snapshots = async () => {
  const sys = await WASIX.create({ files: { "/work/a": "prepared", "/work/sub/b": "too" }, mounts: { "/mem": "memory", "/named": { memory: "n" }, "/x": { module: "memory.js" } } });
  const run = async (...steps: string[]) => lines((await sys.run(await program(), { args: ["guest", ...steps] })).stdout);
  const message = (p: Promise<unknown>) => p.then(() => "fine", (e: Error) => e.message);
  await sys.fs.writeFile("/mem/m", "in mem");
  const tree = await sys.fs.snapshot();
  const mem = await sys.fs.snapshot("/mem");
  const out = await run("write,/work/a,changed", "rm,/work/sub", "write,/work/new,1", "write,/mem/m,1", "write,/x/f,kept", "read,/work/a", "ls,/work");
  await sys.fs.restore(tree);
  out.push(...await run("read,/work/a", "ls,/work", "read,/work/sub/b", "read,/mem/m", "read,/x/f", "write,/work/a,again"));
  await sys.fs.restore(mem, "/mem");
  await sys.fs.restore(tree);
  out.push(...await run("read,/work/a", "read,/mem/m", "ls,/x"));
  await sys.fs.restore(tree, "/mem");
  out.push(...await run("read,/mem/work/a"));
  const proc = await sys.spawn(await program(), { args: ["guest", "line"] });
  const errors = [await message(sys.fs.restore(tree))];
  proc.kill("SIGKILL");
  await proc.exited;
  errors.push(await message(sys.fs.snapshot("/x")), await message(sys.fs.snapshot("/work")), await message(sys.fs.restore(tree, "/x")), await message(sys.fs.restore(tree, "/none")));
  errors.push(await message(sys.fs.snapshot("/named").then((s) => s.release())));
  await tree.release();
  await tree.release();
  errors.push(await message(sys.fs.restore(tree)), await message(sys.fs.restore({} as typeof tree)));
  const begin = performance.now();
  const many = 200;
  for (let i = 0; i < many; i++) {
    const s = await sys.fs.snapshot();
    await sys.fs.restore(s);
    await s.release();
  }
  const each = (performance.now() - begin) / many;
  console.info(`snapshot and restore: ${each.toFixed(3)} ms`);
  await sys.close();
  return { out, names: errors };
};

Object.assign(globalThis, { snapshots, same, started, failing, stuck, stdin, output, refused, ready: true });
