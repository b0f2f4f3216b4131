// Tests of the client over the fake kernel. client_test.go runs each in a page.

import { KernelError, ProgramError, WASIX, WASIXError } from "../src/client/index";
import type { CreateOptions, SpawnOptions } from "../src/wasix-web";
import { equal, ok, rejects, text } from "./assert";

const assets = { worker: "/fake_worker.js", wasm: new ArrayBuffer(8) };

const create = (options: CreateOptions = {}) => WASIX.create({ assets, ...options });
type Steps = (string | number)[][];
const program = (...steps: Steps) => new TextEncoder().encode(JSON.stringify(steps));

/** system runs fn with a system that is closed afterwards. */
async function system(fn: (sys: WASIX) => Promise<void>, options: CreateOptions = {}): Promise<void> {
  const sys = await create(options);
  try {
    await fn(sys);
  } finally {
    await sys.close();
  }
}

/** turns lets messages go to the worker and back. */
async function turns(sys: WASIX, n = 3): Promise<void> {
  for (let i = 0; i < n; i++) await sys.live();
}

export const tests: Record<string, () => Promise<void>> = {
  run: () => system(async (sys) => {
    const result = await sys.run(program(["print", 1, "out"], ["print", 2, "err"], ["print", 1, "put"], ["exit", 3]));
    equal([result.exitCode, result.reason, result.signal, result.stdout, result.stderr, result.restarted], [3, "exited", null, "output", "err", false]);
    equal(result.stdoutBytes, new TextEncoder().encode("output"));
  }),

  "every kind of source": () => system(async (sys) => {
    const bytes = program(["print", 1, "ok"]);
    const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
    const framed = new Uint8Array(100);
    framed.set(bytes, 50);
    for (const [name, source] of Object.entries({
      array: bytes,
      view: framed.subarray(50, 50 + bytes.length),
      buffer: bytes.slice().buffer,
      blob: new Blob([bytes]),
      file: new File([bytes], "a.wasm"),
      url,
      URL: new URL(url),
      response: new Response(bytes),
      fetch: fetch(url),
      program: sys.load(bytes),
    })) {
      equal((await sys.run((await source) as Uint8Array)).stdout, "ok", name);
    }
    equal(bytes.length > 0, true, "the caller's bytes are still there");
  }),

  "bad sources": () => system(async (sys) => {
    await rejects(sys.run("/nothing.wasm"), ProgramError, /^nothing: .*404/);
    await rejects(sys.run(fetch("/nothing.wasm")), ProgramError, /^nothing: .*404/);
    await rejects(sys.run(Promise.reject(new TypeError("no net"))), ProgramError, /no net/);
    await rejects(sys.run("http://127.0.0.1:1/x.wasm"), ProgramError, /^x: cannot be fetched from/);
    const error = await rejects(sys.run(new File(["garbage"], "a.wasm")), ProgramError, /^a.wasm: is not WebAssembly/);
    equal(error.kind, "not-wasm");
    await rejects(sys.run(5 as never), TypeError, /not number/);
    await rejects(sys.run("http://"), TypeError, /not a URL/);
    const read = new Response("[]");
    await read.text();
    await rejects(sys.run(read), ProgramError, /has been read already/);
    equal((await sys.run(program(["exit", 4]))).exitCode, 4);
  }),

  options: () => system(async (sys) => {
    const spec = async (options: SpawnOptions) => JSON.parse(await text((await sys.spawn(program(["spec"]), options)).stdout)) as Record<string, unknown>;
    const given = await spec({ args: ["a", "b c", "ü"], env: { A: "1", B: "x=y" }, preopens: ["/"], files: { "/w/f": "" }, cwd: "/w" });
    equal([given.args, given.env, given.cwd, given.preopens], [["a", "b c", "ü"], ["A=1", "B=x=y"], "/w", ["/"]]);
    const named = new File([program(["spec"])], "tool.wasm");
    equal((JSON.parse((await sys.run(named)).stdout) as { args: string[] }).args, ["tool.wasm"]);
    equal([given.free, (await spec({ sandbox: true })).free, (await spec({ sandbox: false })).free], [undefined, undefined, true]);
    const terminal = await spec({ terminal: { columns: 100 } });
    equal([terminal.stdin, terminal.stdout, terminal.stderr, terminal.columns, terminal.rows], ["terminal", "terminal", "terminal", 100, 24]);
    for (const [bad, words] of [
      [{ args: ["a", "b\0c"] }, /args\[1\]: contains a NUL/],
      [{ args: [1] }, /args\[0\]: must be a string, not number/],
      [{ env: { "A=B": "x" } }, /env: not a name: "A=B"/],
      [{ env: { A: "\0" } }, /env.A: contains a NUL/],
      [{ env: ["A"] }, /env\[0\]: not KEY=value/],
      [{ cwd: "w" }, /cwd: not an absolute path: "w"/],
      [{ preopens: ["x"] }, /preopens\[0\]: not an absolute path/],
      [{ terminal: { columns: 0 } }, /terminal.columns: must be a positive integer/],
      [{ stdout: "inherit" }, /stdout: must be "pipe", "null", a function/],
      [{ stdin: 5 }, /contents must be a string, bytes or a Blob/],
      [{ files: { "": "x" } }, /files: a path is empty/],
      [{ files: { "/x": 5 } }, /contents must be a string/],
    ] as [SpawnOptions, RegExp][]) await rejects(sys.spawn(program(["exit", 0]), bad), TypeError, words);
    await rejects(sys.spawn(program(["exit", 0]), { cwd: "/none" }), WASIXError, /ENOENT: \/none/);
    equal((await sys.live()).processes, 0);
  }),

  "the streams of a process": () => system(async (sys) => {
    const proc = await sys.spawn(program(["cat"], ["print", 2, "end"]));
    const writer = proc.stdin.getWriter();
    const reader = proc.stdout.getReader();
    await writer.write("äb");
    equal(new TextDecoder().decode((await reader.read()).value), "äb");
    await writer.write(new Uint8Array([1, 2]));
    equal((await reader.read()).value, new Uint8Array([1, 2]));
    await writer.close();
    equal((await reader.read()).done, true);
    equal(await text(proc.stderr), "end");
    equal((await proc.exited).exitCode, 0);
    const late = await sys.spawn(program(["exit", 0]));
    await late.exited;
    await rejects(late.stdin.getWriter().write("x"), WASIXError, /EPIPE/);
  }),

  "a reader with a buffer of its own": () => system(async (sys) => {
    const proc = await sys.spawn(program(["print", 1, "abcdef"]));
    const reader = proc.stdout.getReader({ mode: "byob" });
    const first = await reader.read(new Uint8Array(4));
    equal(first.value, new TextEncoder().encode("abcd"));
    const second = await reader.read(new Uint8Array(4));
    equal(second.value, new TextEncoder().encode("ef"));
    equal((await reader.read(new Uint8Array(4))).done, true);
  }),

  "every kind of stdin": () => system(async (sys) => {
    const big = "0123456789".repeat(100_000);
    const stream = () => new ReadableStream<string>({ start(c) { c.enqueue("ab"); c.enqueue("c"); c.close(); } });
    for (const [stdin, want] of [
      ["x", "x"], ["", ""], [null, ""], [new Uint8Array([65]), "A"], [new Blob(["blob"]), "blob"], [stream(), "abc"], [big, big],
    ] as const) equal((await sys.run(program(["cat"]), { stdin })).stdout, want, `stdin ${String(stdin).slice(0, 20)}`);
    equal((await sys.run(program(["cat"]), { stdin: "pipe" })).stdout, "pipe", "run takes a string as contents");
    const proc = await sys.spawn(program(["cat"]), { stdin: "text" });
    equal(await text(proc.stdout), "text");
    await rejects(proc.stdin.getWriter().write("x"), TypeError, /not a pipe/);
  }),

  "a program that prints for ever waits for the page": () => system(async (sys) => {
    const proc = await sys.spawn(program(["flood", 1 << 30, 4096]));
    await turns(sys, 20);
    const reader = proc.stdout.getReader();
    let read = 0;
    while (read < 10 << 20) read += (await reader.read()).value!.length;
    await turns(sys, 20);
    await reader.cancel();
    const again = await sys.spawn(program(["flood", 1 << 20, 100]), { stdout: "pipe" });
    equal((await text(again.stdout)).length, 1 << 20);
    proc.kill("SIGKILL");
    equal((await proc.exited).signal, "SIGKILL");
  }, { outputWindow: 64 << 10 }),

  "unread output is bounded": () => system(async (sys) => {
    const proc = await sys.spawn(program(["flood", 1 << 20, 1000]));
    await turns(sys, 20);
    proc.kill(9);
    await proc.exited;
    const got = (await text(proc.stdout)).length;
    ok(got > 0 && got <= 11_000, `${got} bytes came with a window of 10000`);
  }, { outputWindow: 10_000 }),

  "a writer waits for a program that does not read": () => system(async (sys) => {
    const proc = await sys.spawn(program(["sleep"]));
    const writer = proc.stdin.getWriter();
    let written = 0;
    const all = (async () => {
      for (; written < 100; written++) await writer.write(new Uint8Array(16 << 10));
    })();
    await turns(sys, 20);
    equal(written, 3, "writes done; the fourth waits for room");
    proc.kill("SIGTERM");
    equal((await proc.exited).signal, "SIGTERM");
    await rejects(all, WASIXError, /EPIPE/);
    equal((await sys.run(program(["stdin-size"]), { stdin: new Uint8Array(5 << 20) })).stdout, String(5 << 20));
  }),

  kill: () => system(async (sys) => {
    const end = async (signal?: string | number) => {
      const proc = await sys.spawn(program(["sleep"]));
      proc.kill(signal);
      const { exitCode, signal: name, reason } = await proc.exited;
      proc.kill(); // does nothing any more
      return [exitCode, name, reason];
    };
    equal(await end(), [143, "SIGTERM", "signaled"]);
    equal(await end("INT"), [130, "SIGINT", "signaled"]);
    equal(await end(9), [137, "SIGKILL", "signaled"]);
    const proc = await sys.spawn(program(["sleep"]));
    for (const bad of ["SIGFOO", 0, 99, 1.5]) await rejects((async () => proc.kill(bad))(), TypeError, /no such signal/);
    proc.resize(100, 40);
    equal(new TextDecoder().decode((await proc.stdout.getReader().read()).value), "100x40");
    await rejects((async () => proc.resize(0, 1))(), TypeError, /not a terminal size/);
  }),

  "trap and failed start": () => system(async (sys) => {
    const trapped = await sys.run(program(["trap", "unreachable\n  at f"]));
    equal([trapped.exitCode, trapped.reason, trapped.trap], [134, "trapped", "unreachable\n  at f"]);
    const error = await rejects(sys.run(program(["fail", "p: out of memory: 4 GiB"])), ProgramError, /out of memory/);
    equal(error.kind, "no-memory");
    equal((await sys.run(program(["exit", 0]))).exitCode, 0);
  }),

  "time-out of a program that makes calls": () => system(async (sys) => {
    await sys.fs.writeFile("/kept", "x");
    const result = await sys.run(program(["print", 1, "so far"], ["sleep"]), { timeoutMs: 20 });
    equal([result.reason, result.exitCode, result.signal, result.restarted, result.stdout], ["timeout", 137, "SIGKILL", false, "so far"]);
    equal(await sys.fs.readText("/kept"), "x");
  }),

  "time-out of a program that hangs": () => system(async (sys) => {
    await sys.fs.writeFile("/gone", "x");
    const loaded = await sys.load(program(["print", 1, "again"]));
    const other = await sys.spawn(program(["sleep"]));
    const result = await sys.run(program(["print", 1, "so far"], ["hang"]), { timeoutMs: 20 });
    equal([result.reason, result.exitCode, result.restarted, result.stdout], ["timeout", 137, true, "so far"]);
    const status = await other.exited;
    equal([status.reason, status.exitCode, status.signal, status.restarted], ["restarted", 137, "SIGKILL", true]);
    equal(await text(other.stdout), "", "the streams of the other one have ended");
    equal([await sys.fs.exists("/gone"), await sys.fs.readText("/start")], [false, "given"]);
    equal((await sys.run(loaded)).stdout, "again", "a loaded program outlives a restart");
  }, { graceMs: 100, files: { "/start": "given" } }),

  "calls under way during a restart": () => system(async (sys) => {
    const proc = await sys.spawn(program(["print", 1, "on"], ["hang"]));
    await proc.stdout.getReader().read();
    const call = rejects(sys.fs.readText("/x"), WASIXError, /ECANCELED/);
    proc.kill("SIGKILL");
    const status = await proc.exited;
    equal([status.reason, status.restarted], ["signaled", true]);
    await call;
    equal((await sys.run(program(["exit", 5]))).exitCode, 5);
  }, { graceMs: 100 }),

  abort: () => system(async (sys) => {
    const abort = new AbortController();
    const running = sys.run(program(["print", 1, "x"], ["sleep"]), { signal: abort.signal, onStdout: () => abort.abort() });
    equal([(await running).reason, (await running).stdout, (await running).exitCode], ["aborted", "x", 137]);
    equal((await sys.run(program(["exit", 0]), { signal: abort.signal })).reason, "aborted");
    const gone = new Error("gone");
    await rejects(sys.spawn(program(["exit", 0]), { signal: AbortSignal.abort(gone) }), Error, /^gone$/);
    const loading = new AbortController();
    const never = sys.spawn(new Promise<Response>(() => {}), { signal: loading.signal });
    loading.abort(gone);
    await rejects(never, Error, /^gone$/);
    const hung = await sys.run(program(["hang"]), { signal: AbortSignal.timeout(20) });
    equal([hung.reason, hung.restarted], ["aborted", true]);
    equal((await sys.live()).processes, 0);
  }, { graceMs: 100 }),

  panic: async () => {
    const sys = await create();
    const other = await sys.spawn(program(["sleep"]));
    const reading = other.stdout.getReader().read();
    await rejects(sys.run(program(["panic"])), KernelError, /a test asked for it/);
    const error = await rejects(other.exited, KernelError, /a test asked for it/);
    equal(error.kind, "panic");
    await rejects(reading, KernelError, /a test asked for it/);
    await rejects(sys.run(program(["exit", 0])), KernelError, /a test asked for it/);
    await rejects(sys.fs.readText("/x"), KernelError, /a test asked for it/);
    await rejects(other.stdin.getWriter().write("x"), KernelError, /a test asked for it/);
    await sys.close();
  },

  "an error nobody caught in the worker is a panic": async () => {
    const sys = await create();
    await rejects(sys.run(program(["throw"])), KernelError, /a test asked for it/);
    await sys.close();
  },

  close: async () => {
    const sys = await create();
    const proc = await sys.spawn(program(["print", 1, "x"], ["sleep"]));
    await turns(sys);
    await sys.close();
    await sys.close();
    const status = await proc.exited;
    equal([status.reason, status.exitCode, status.restarted, await text(proc.stdout)], ["closed", 137, false, "x"]);
    await rejects(sys.spawn(program(["exit", 0])), KernelError, /has been closed/);
    const hanging = await create({ mounts: { "/m": { idb: "x" } }, graceMs: 50 });
    await hanging.spawn(program(["hang"]));
    await hanging.close();
  },

  "nothing to load": async () => {
    await rejects(create({ assets: { worker: "/nothing.js", wasm: assets.wasm } }), KernelError, /cannot load the worker http.*\/nothing.js/);
    const error = await rejects(create({ assets: { worker: assets.worker, wasm: "/nothing.wasm" } }), KernelError, /cannot load http.*\/nothing.wasm: .*404/);
    equal(error.kind, "load");
    await rejects(create({ assets: { worker: assets.worker, wasm: fetch("/nothing.wasm") } }), KernelError, /cannot load wasix-web.wasm: .*404/);
    await rejects(create({ clock: NaN }), TypeError, /clock: not a time/);
    await rejects(create({ random: 0.5 }), TypeError, /random: the seed must be an integer/);
    await rejects(create({ maxMemory: -1 }), TypeError, /maxMemory: must be a positive integer/);
  },

  "no JSPI": async () => {
    const api = WebAssembly as unknown as Record<string, unknown>;
    const { Suspending } = api;
    try {
      delete api.Suspending;
      equal(WASIX.supported, false);
      const error = await rejects(create(), KernelError, /Chrome and Edge .* 137.*Firefox .* 153$/);
      equal(error.kind, "no-jspi");
    } finally {
      api.Suspending = Suspending;
    }
    equal(WASIX.supported, true);
  },

  "a worker from another origin": async () => {
    const other = new URL("/fake_worker.js", location.href);
    other.hostname = other.hostname === "127.0.0.1" ? "localhost" : "127.0.0.1";
    const sys = await create({ assets: { worker: other, wasm: assets.wasm } });
    equal((await sys.run(program(["exit", 7]))).exitCode, 7);
    await sys.close();
    other.pathname = "/nothing.js";
    await rejects(create({ assets: { worker: other, wasm: assets.wasm } }), KernelError, /cannot load the worker http.*nothing.js/);
  },

  files: () => system(async (sys) => {
    const { fs } = sys;
    await fs.mkdir("/a/b", { recursive: true });
    await fs.writeFile("/a/b/f", "ä");
    await fs.writeFile("/a/b/f", new Blob(["b"]), { append: true });
    equal(await fs.readText("/a/b/f"), "äb");
    equal(await fs.readFile("/a/b/f"), new TextEncoder().encode("äb") as Uint8Array<ArrayBuffer>);
    await fs.writeFile("/p/q/r", new Uint8Array([1]), { parents: true });
    equal(await fs.readDir("/p/q"), [{ name: "r", type: "file" }]);
    await fs.rename("/p/q/r", "/p/q/s");
    equal([await fs.exists("/p/q/r"), await fs.exists("/p/q/s")], [false, true]);
    await fs.remove("/p/q/s");
    const error = await rejects(fs.remove("/p/q/s"), WASIXError, /ENOENT: \/p\/q\/s/);
    equal([error.errno, error.code], [44, "ENOENT"]);
    await fs.remove("/p/q/s", { force: true });
    equal((await fs.stat("/a/b/f")).size, 3);
    await fs.truncate("/a/b/f", 2);
    equal(await fs.readText("/a/b/f"), "ä");
    await rejects(fs.readText("a"), WASIXError, /EINVAL: "a": paths are absolute/);
    await rejects(fs.readText("/a\0"), WASIXError, /EINVAL: .* NUL/);
    await rejects(fs.readText(5 as never), TypeError, /a path must be a string/);
    await rejects(fs.truncate("/a", -1), WASIXError, /EINVAL/);
    await fs.mount("/m", { idb: "x" });
    equal(await fs.readText("/m/mounted"), '{"idb":"x"}');
    equal(await fs.readText("/made/f"), "x");
    equal(await fs.readText("/given/mounted"), "1");
    await rejects(fs.mount("/f", () => 1), Error, /could not be cloned/);
  }, { files: { "/made/f": "x", "/dir": null }, mounts: { "/given": 1 as never } }),

  progress: async () => {
    const seen: string[] = [];
    const sys = await create({ onProgress: (p) => seen.push(`${p.phase} ${p.name} ${p.loaded}/${p.total}`) });
    const file = new File([program(["exit", 0])], "a.wasm");
    await sys.run(file);
    equal(seen, ["runtime wasix-web 8/8", `program a.wasm ${file.size}/${file.size}`]);
    await sys.close();
  },

  "trace and warnings": () => system(async (sys) => {
    const lines: string[] = [];
    await sys.run(program(["trace", "one"], ["child-trace", "two"], ["trace", "three"]), { trace: (line) => lines.push(line) });
    equal(lines, ["one", "two", "three"]);
    const quiet = await sys.run(program(["trace", "none"], ["print", 1, "x"]));
    equal([quiet.stdout, lines.length], ["x", 3]);
    const warnings: string[] = [];
    sys.onWarn = (message) => warnings.push(message);
    await sys.run(program(["warn", "careful"]));
    equal(warnings, ["careful"]);
    const broken = new ReadableStream({ pull() { throw new Error("broken"); } });
    equal((await sys.run(program(["cat"]), { stdin: broken })).exitCode, 0);
    equal(warnings.length, 2);
    ok(/stdin of .* ended early: broken/.test(warnings[1]!), warnings[1]!);
  }),

  "too much output": () => system(async (sys) => {
    const result = await sys.run(program(["flood", 1 << 24, 1000]), { maxOutput: 5000 });
    equal([result.reason, result.stdout.length], ["output-limit", 5000]);
    const exact = await sys.run(program(["flood", 5000, 1000]), { maxOutput: 5000 });
    equal([exact.reason, exact.stdout.length], ["exited", 5000]);
  }),

  "programs are let go of": () => system(async (sys) => {
    const held = await sys.load(program(["print", 1, "held"]));
    for (let i = 0; i < 50; i++) await sys.run(program(["print", 1, String(i)]));
    ok((await sys.live()).memories <= 17, "programs kept: 16 idle ones and one that is held");
    equal((await sys.run(held)).stdout, "held");
    held.unload();
    const error = await rejects(sys.run(held), ProgramError, /has been unloaded/);
    equal(error.kind, "unloaded");
  }),

  "the static run": async () => {
    const result = await WASIX.run(program(["cat"]), { assets, stdin: "in", files: { "/f": "x" } });
    equal([result.stdout, result.exitCode], ["in", 0]);
    equal((await WASIX.run(program(["hang"]), { assets, graceMs: 50, timeoutMs: 20 })).reason, "timeout");
    await rejects(WASIX.run(program(["panic"]), { assets }), KernelError, /a test asked/);
    equal((await WASIX.run(program(["exit", 0]), { assets, signal: AbortSignal.abort() })).reason, "aborted");
  },

  "start, as runno's users know it": async () => {
    const lines = ["first\n", "second\n"];
    let out = "";
    const calls: unknown[] = [];
    let asked = 0;
    equal((await WASIX.start(program(["exit", 2]), { assets, stdin: () => (asked++, null) })).exitCode, 2);
    equal(asked, 0, "times a program was asked for that reads nothing");
    const result = await WASIX.start(program(["trace", '==> fd_write(fd=1,iovs=["a,b"],n={x,y})'], ["trace", "<== (nwritten=3,errno=ESUCCESS)"], ["cat"], ["print", 1, "ä"], ["exit", 9]), {
      assets,
      args: ["p"],
      env: { A: "1" },
      stdin: (max) => (ok(max > 0, "a size"), lines.shift() ?? null),
      stdout: (s) => (out += s),
      fs: { "a.txt": { path: "a.txt", mode: "string", content: "A", timestamps: { access: new Date(1), modification: new Date(2), change: new Date(3) } }, "/b": "B" },
      debug: (name, args, result) => calls.push([name, args, result]),
    });
    equal([result.exitCode, out], [9, "first\nsecond\nä"]);
    equal(calls, [["fd_write", ["fd=1", 'iovs=["a,b"]', "n={x,y}"], "nwritten=3,errno=ESUCCESS"]]);
    equal(Object.keys(result.fs).sort(), ["/a.txt", "/b"]);
    equal(new TextDecoder().decode(result.fs["/a.txt"]!.content as Uint8Array), "A");
  },

  "inside a worker of the user's own": () => inWorker({ type: "module" }),
  "inside a classic worker of the user's own": () => inWorker({ type: "classic" }),

  errors: async () => {
    const error = new WASIXError("ENOENT");
    equal([error.errno, error.code, error.message, error.name, error instanceof Error], [44, "ENOENT", "ENOENT", "WASIXError", true]);
    equal(new WASIXError(80, "x").code, "EPENDING");
    await rejects((async () => new WASIXError("ENONSENSE"))(), TypeError, /no such error/);
    equal([WASIX.WASIXError === WASIXError, /^\d+\.\d+\.\d+/.test(WASIX.version)], [true, true]);
  },
};

/** Runs a program in a worker that loads the client itself. */
async function inWorker(options: WorkerOptions): Promise<void> {
  const worker = new Worker("/user_worker.js", options);
  const answer = await new Promise<unknown>((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.terminate();
  equal(answer, { stdout: "from inside", second: 3 });
}
