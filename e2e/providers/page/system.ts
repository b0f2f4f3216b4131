// File systems of the page's own, and of modules in the worker.

import type { FilesystemProvider, SpawnOptions, WASIX as API, WASIXError as ErrorType } from "../../../web/src/wasix-web";
import { like, Memory } from "./memory";

const url = "./dist/wasix-web.esm.js";
const { WASIX, WASIXError } = (await import(url)) as { WASIX: typeof API; WASIXError: typeof ErrorType };

let guest: Promise<ArrayBuffer> | undefined;

async function program(): Promise<ArrayBuffer> {
  return (await (guest ??= fetch("guest.wasm").then((r) => r.arrayBuffer()))).slice(0);
}

interface Outcome {
  out: string[];
  warnings: string[];
  [key: string]: unknown;
}

/** A system with something mounted at /x; `use` gives what the test looks at. */
async function system(mount: object, use: (sys: API, run: (...steps: string[]) => Promise<string[]>) => Promise<object>): Promise<Outcome> {
  const warnings: string[] = [];
  const sys = await WASIX.create({ mounts: { "/x": mount as FilesystemProvider }, onWarn: (message) => warnings.push(message) });
  try {
    const run = async (...steps: string[]) => (await sys.run(await program(), { args: ["guest", ...steps] })).stdout.replace(/\n$/, "").split("\n");
    return { out: [], ...(await use(sys, run)), warnings };
  } finally {
    await sys.close();
  }
}

const steps = ["write,/x/a,hello", "append,/x/a, world", "read,/x/a", "mkdir,/x/d", "mv,/x/a,/x/d/b", "ls,/x", "ls,/x/d", "read,/x/d/b", "ln,d/b,/x/l",
  "read,/x/l", "truncate,/x/l,123", "read,/x/d/b", "sync,/x/d/b", "large,/x/big", "read,/x/nope", "rm,/x/d", "read,/x/l", "rm,/x/l", "rm,/x/big", "ls,/x"];

/** A module in the worker, whose methods answer at once or late. */
const worker = (late: boolean) => system({ module: "memory.js", options: { late } }, async (sys, run) => {
  const out = await run(...steps);
  await sys.fs.writeFile("/x/from-page", "text");
  const names = (await sys.fs.readDir("/x")).map((e) => e.name);
  await sys.fs.unmount("/x");
  return { out, names, after: await sys.fs.exists("/x/from-page") };
});

/** An object of the page's. */
const page = async () => {
  const memory = new Memory();
  const r = await system(memory, async (sys, run) => {
    const out = await run(...steps);
    await sys.fs.writeFile("/x/from-page", "text");
    const names = (await sys.fs.readDir("/x")).map((e) => e.name);
    return { out, names, open: memory.open, closedEarly: memory.closed };
  });
  return { ...r, closed: memory.closed };
};

/** A file system whose files fail to open in ways that their names tell. */
const thrower = () => like(new Memory(), (method, call) => {
  if (method === "fdRead" || method === "fdPread") throw new RangeError("cannot read that");
  return call();
});

const throws = async () => {
  const memory = new Memory();
  const failing: Record<string, () => unknown> = {
    number: () => { throw new WASIXError(2); },
    name: () => { throw new WASIXError("ENOSPC"); },
    result: () => { throw Object.assign(new Error("as runno has it"), { result: 63 }); },
    code: () => { throw Object.assign(new Error("as node has it"), { code: "EBUSY", errno: -16 }); },
    plain: () => { throw new TypeError("x is not a function"); },
    text: () => { throw "just text"; },
    nothing: () => { throw undefined; },
    number999: () => { throw Object.assign(new Error("too large a number"), { errno: 999 }); },
    late: () => Promise.reject(new TypeError("rejected")),
    "late-name": () => Promise.reject(new WASIXError("EROFS")),
    uncloneable: () => () => 1,
  };
  const provider: FilesystemProvider = like(memory, (_, call) => call());
  const failingOpen = new Proxy(provider, {
    get: (target, method) => method !== "pathOpen" ? Reflect.get(target, method) as unknown : (...args: Parameters<FilesystemProvider["pathOpen"]>) => {
      const [, , path] = args;
      return path in failing ? failing[path]!() : target.pathOpen(...args);
    },
  });
  return system(failingOpen, async (_, run) => {
    const out = await run(...Object.keys(failing).map((name) => `write,/x/${name},1`), "write,/x/plain,1");
    return { out, next: await run("write,/x/fine,1", "read,/x/fine") };
  });
};

const reading = () => system(thrower(), async (sys, run) => ({
  out: await run("write,/x/a,text", "read,/x/a", "read,/x/a"),
  error: await sys.fs.readText("/x/a").then(() => "", (e: Error) => e.message),
  next: await run("write,/x/a,more", "stat,/nope"),
}));

const never = new Promise<never>(() => {});

/** One program waits for a Promise that never settles, others do not. */
const stuck = async (how: string) => {
  const memory = new Memory();
  const provider = like(memory, (method, call) => (method === "fdPread" || method === "fdRead" ? call() : call()));
  const open = new Map<number, string>();
  const waiting = new Proxy(provider, {
    get: (target, method) => {
      if (method === "pathOpen") {
        return (...args: Parameters<FilesystemProvider["pathOpen"]>) => {
          const fd = target.pathOpen(...args) as number;
          open.set(fd, args[2]);
          return fd;
        };
      }
      if (method === "fdPread") return (fd: number, ...rest: [Uint8Array[], bigint]) => (open.get(fd) === "never" ? reached() : target.fdPread!(fd, ...rest));
      return Reflect.get(target, method) as unknown;
    },
  });
  let there!: () => void;
  const asked = new Promise<void>((resolve) => void (there = resolve));
  const reached = () => {
    there();
    return never;
  };
  return system(waiting, async (sys, run) => {
    await sys.fs.writeFile("/x/never", "text");
    const abort = new AbortController();
    const proc = await sys.spawn(await program(), { args: ["guest", "read,/x/never"], signal: abort.signal, timeoutMs: how === "timeout" ? 300 : undefined });
    await asked;
    const meanwhile = await run("write,/x/other,1", "read,/x/other", "stat,/x/never");
    if (how === "abort") abort.abort();
    else if (how !== "timeout") proc.kill(how);
    const { signal, reason, restarted } = await proc.exited;
    const next = await run("read,/x/other", "ls,/x");
    return { meanwhile, signal, reason, restarted, next, live: await sys.live(), open: memory.open };
  });
};

/** Values that no provider should give. */
const nonsense = async (method: string, value: string) => {
  const values: Record<string, unknown> = {
    negative: -1, many: 1e9, half: 0.5, nan: NaN, text: "5", nothing: undefined, null: null, object: {}, big: 5n, array: [],
    huge: "x".repeat(1 << 22), nul: "a\0b", surrogate: "\ud800", empty: "",
    "bad size": { ...plausible, size: -1n }, "huge size": { ...plausible, size: 1n << 64n }, "text size": { ...plausible, size: "1" },
    "bad type": { ...plausible, filetype: 99 }, "no times": { ...plausible, timestamps: undefined },
    "bad time": { ...plausible, timestamps: { access: 0n, modification: "now", change: 0n } },
    "bad name": [{ next: 1n, ino: 1n, filetype: 4, name: "a/b" }], "long name": [{ next: 1n, ino: 1n, filetype: 4, name: "é".repeat(200) }],
    "huge name": [{ next: 1n, ino: 1n, filetype: 4, name: "x".repeat(1 << 20) }], "no name": [{ next: 1n, ino: 1n, filetype: 4 }],
    "bad entry": [5], "no end": [{ next: 0n, ino: 1n, filetype: 4, name: "again" }],
  };
  const memory = new Memory();
  let on = false;
  const provider = like(memory, (name, call) => (on && name === method ? (call(), values[value]) : call()));
  return system(provider, async (sys, run) => {
    await sys.fs.writeFile("/x/a", "text");
    await sys.fs.mkdir("/x/d");
    await sys.fs.symlink("a", "/x/l");
    on = true;
    const out = await run("write,/x/n,1", "read,/x/a", "stat,/x/a", "ls,/x/d", "readlink,/x/l", "append,/x/a,more");
    on = false;
    return { out, next: await run("read,/x/a", "ls,/x/d", "readlink,/x/l") };
  });
};

const plausible = { dev: 0n, ino: 77n, filetype: 4, nlink: 1n, size: 1n, timestamps: { access: 0n, modification: 0n, change: 0n } };

/** Things that cannot be mounted. */
const refused = async () => {
  const tries: Record<string, object> = {
    "no methods": { pathOpen() {} },
    "no descriptor 3": like(new Memory(), (method, call) => (method === "fdPrestatGet" ? null : call())),
    "a file": like(new Memory(), (method, call) => (method === "fdFilestatGet" ? plausible : call())),
    "throws an errno": like(new Memory(), (method, call) => { if (method === "fdPrestatGet") throw new WASIXError("EACCES"); return call(); }),
    "no module": { module: "nothing-there.js" },
    "no default": { module: "data:text/javascript,export const x = 1" },
    "a module that throws": { module: "data:text/javascript,export default () => { throw new Error('no, thanks') }" },
    "a module with an errno": { module: "data:text/javascript,export default (o, { WASIXError }) => { throw new WASIXError('EBUSY', 'in use') }" },
    "a module with nothing": { module: "data:text/javascript,export default () => {}" },
    "something else": { opfsx: 1 },
  };
  const sys = await WASIX.create({ onWarn() {} });
  const out: Record<string, string> = {};
  for (const [name, spec] of Object.entries(tries)) out[name] = await sys.fs.mount("/m", spec).then(() => "mounted", (e: Error) => e.message);
  await sys.fs.mount("/m", new Memory());
  await sys.fs.writeFile("/m/f", "fine");
  out.then = await sys.fs.readText("/m/f");
  await sys.close();
  return out;
};

/** A provider that may only be read. */
const readOnly = async () => {
  const memory = new Memory();
  const fd = memory.pathOpen(3, 0, "a", 1, 0n, 0n, 0);
  memory.fdWrite(fd, [new TextEncoder().encode("text")]);
  memory.fdClose(fd);
  const provider = new Proxy(memory as FilesystemProvider, {
    get: (target, name) => name === "readOnly" ? true : ((value) => typeof value === "function" ? value.bind(target) as unknown : value)(Reflect.get(target, name, target) as unknown),
  });
  return system(provider, async (_, run) => ({ out: await run("read,/x/a", "write,/x/a,1", "write,/x/b,1", "rm,/x/a", "mkdir,/x/d", "mv,/x/a,/x/b", "ls,/x") }));
};

/** Programs that begin in a directory of a provider that answers late, and with it as their only one. */
const begin = () => system({ module: "memory.js", options: { late: true } }, async (sys) => {
  await sys.fs.mkdir("/x/d");
  await sys.fs.writeFile("/x/d/a", "text");
  const run = async (options: Pick<SpawnOptions, "cwd" | "preopens">, ...steps: string[]) => {
    const { stdout } = await sys.run(await program(), { args: ["guest", ...steps], ...options }).catch((e: Error) => ({ stdout: e.message }));
    return stdout.trimEnd();
  };
  return {
    out: [
      await run({ preopens: ["/x/d"] }, "ls,/x/d"),
      await run({ cwd: "/x/d" }, "read,/x/d/a"),
      await run({ cwd: "/x/nope" }, "ls,/"),
      await run({ cwd: "/x/d/a" }, "ls,/"),
      await run({ preopens: ["/x/nope"] }, "ls,/"),
    ],
    live: await sys.live(),
  };
});

Object.assign(globalThis, { begin, worker, page, throws, reading, stuck, nonsense, refused, readOnly, ready: true });
