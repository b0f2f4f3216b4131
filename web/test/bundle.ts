// Tests of the bundle as a page loads it, with the real kernel. The program is
// web/test/guest; bundle_test.go serves it beside the bundle.

import { KernelError, ProgramError, WASIX, WASIXError } from "../src/client/index";
import type { CreateOptions, Program, RunOptions, SpawnOptions } from "../src/wasix-web";
import { equal, ok, rejects, text } from "./assert";

const guest = () => fetch("/guest.wasm");

async function system(fn: (sys: WASIX, program: Program) => Promise<void>, options: CreateOptions = {}): Promise<void> {
  const sys = await WASIX.create(options);
  try {
    await fn(sys, await sys.load(guest()));
    equal((await sys.live()).processes, 0, "processes at the end");
  } finally {
    await sys.close();
  }
}

const run = async (sys: WASIX, program: Program, args: string[], options: RunOptions = {}) => {
  const result = await sys.run(program, { args: ["guest", ...args], ...options });
  if (result.exitCode === 1) throw new Error(result.stderr);
  return result;
};

/** answers says whether the worker does so within half a second. */
async function answers(sys: WASIX): Promise<boolean> {
  const call = sys.live().then(() => true, () => false);
  return Promise.race([call, new Promise<boolean>((resolve) => setTimeout(resolve, 500, false))]);
}

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const module = (...sections: number[]) => new Uint8Array([...header, ...sections]);
// (func) (export "_start" (func 0)) (memory (export "memory") 1), the function's body as given
const start = (...body: number[]) => module(
  1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1,
  7, 19, 2, 6, ...bytes("_start"), 0, 0, 6, ...bytes("memory"), 2, 0,
  10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b,
);

function bytes(name: string): number[] {
  return [...new TextEncoder().encode(name)];
}

export const tests: Record<string, () => Promise<void>> = {
  "arguments, environment, directory": () => system(async (sys, program) => {
    equal((await run(sys, program, ["args", "b c", "ü", ""])).stdout, "guest|args|b c|ü|");
    equal((await run(sys, program, ["env"], { env: { A: "1", B: "x=y", C: "" } })).stdout, "A=1|B=x=y|C=");
    equal((await run(sys, program, ["env"])).stdout, "");
    equal((await run(sys, program, ["cwd"], { cwd: "/w", files: { "/w": null }, env: { PWD: "/w" } })).stdout, "/w");
    equal((await run(sys, program, ["exit", "77"])).exitCode, 77);
    const both = await run(sys, program, ["both"]);
    equal([both.stdout, both.stderr, both.reason], ["out", "err", "exited"]);
  }),

  "a string, bytes and a Response": () => system(async (sys) => {
    const data = await (await guest()).arrayBuffer();
    for (const source of ["/guest.wasm", data, new Uint8Array(data), new Blob([data]), guest()]) {
      equal((await sys.run(source, { args: ["g", "both"] })).stdout, "out");
    }
  }),

  "a conversation": () => system(async (sys, program) => {
    const proc = await sys.spawn(program, { args: ["guest", "lines"] });
    const reader = proc.stdout.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
    const read = async () => (await reader.read()).value;
    const writer = proc.stdin.getWriter();
    equal(await read(), "ready\n");
    await writer.write("four\n");
    equal(await read(), "4\n");
    await writer.write("sev");
    await writer.write("en..\n");
    equal(await read(), "7\n");
    await writer.close();
    equal(await read(), "end\n");
    equal((await proc.exited).exitCode, 0);
  }),

  "a terminal": () => system(async (sys, program) => {
    const talk = async (args: string[], terminal: SpawnOptions["terminal"]) => {
      const proc = await sys.spawn(program, { args: ["guest", ...args], terminal });
      const reader = proc.stdout.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
      const writer = proc.stdin.getWriter();
      let seen = "";
      const sees = async (want: string) => {
        while (seen.length < want.length) {
          const { done, value } = await reader.read();
          if (done) break;
          seen += value;
        }
        equal(seen.slice(0, want.length), want);
        seen = seen.slice(want.length);
      };
      return { proc, sees, writer };
    };
    const { proc, sees, writer } = await talk(["lines"], { columns: 90, rows: 30 });
    await sees("ready\r\n");
    await writer.write("fofur\x7f\x7f\x7four\r");
    await sees("fofur\b \b\b \b\b \bour\r\n5\r\n");
    proc.resize(100, 40);
    await rejects((async () => proc.resize(0, 40))(), TypeError, /0 x 40/);
    await writer.write("\x04");
    await sees("end\r\n");
    equal((await proc.exited).exitCode, 0);
    equal(await text(proc.stderr), "");

    for (const [key, shown, signal] of [["\x03", "^C", "SIGINT"], ["\x1c", "^\\", "SIGQUIT"]] as const) {
      const { proc, sees, writer } = await talk(["lines"], true);
      await sees("ready\r\n");
      await writer.write(`half ${key}`);
      await sees(`half ${shown}`);
      equal((await proc.exited).signal, signal);
    }
    // A program that makes calls and reads nothing, behind 100 KB.
    const busy = await talk(["calls"], true);
    await busy.writer.write("x".repeat(100_000));
    await busy.writer.write("\x03");
    equal((await busy.proc.exited).signal, "SIGINT");
    // Raw: nothing is shown, and nothing changed.
    const raw = await talk(["cat"], { raw: true });
    await raw.writer.write("a\r\x7f\x04\n");
    await raw.sees("a\r\x7f\x04\n");
    await raw.writer.close();
    equal((await raw.proc.exited).exitCode, 0);
    // Without keys, and with all of them given.
    const none = await sys.spawn(program, { args: ["guest", "lines"], terminal: true, stdin: null });
    equal(await text(none.stdout), "ready\r\nend\r\n");
    const fed = await sys.spawn(program, { args: ["guest", "lines"], terminal: true, stdin: new TextEncoder().encode("one\ntwo") });
    // The echo comes before or after what the program says.
    equal((await text(fed.stdout)).length, "ready\r\none\r\ntwo3\r\n3\r\nend\r\n".length);
    equal((await fed.exited).exitCode, 0);
  }),

  "start with isTTY": async () => {
    let out = "";
    const lines = ["one\n", "two\n", null];
    const { exitCode } = await WASIX.start(guest(), { args: ["guest", "lines"], isTTY: true, stdin: () => lines.shift(), stdout: (s) => (out += s) });
    equal([exitCode, out], [0, "ready\n3\n3\nend\n"]);
  },

  "large input and output": () => system(async (sys, program) => {
    const big = new Uint8Array(8 << 20);
    for (let i = 0; i < big.length; i++) big[i] = (i * 7) >> 3;
    const out = (await run(sys, program, ["cat"], { stdin: big })).stdoutBytes;
    equal(out.length, big.length);
    ok(out.every((b, i) => b === big[i]), "the bytes differ");
    equal((await run(sys, program, ["flood", String(32 << 20), "1000"])).stdoutBytes.length, 32 << 20);
  }),

  "a program that prints for ever waits for the page": () => system(async (sys, program) => {
    const proc = await sys.spawn(program, { args: ["guest", "flood", String(2 ** 40), "4096"] });
    for (let i = 0; i < 20; i++) await sys.live();
    const before = (await sys.memory()).total;
    const reader = proc.stdout.getReader();
    for (let n = 0; n < 16 << 20; ) n += (await reader.read()).value!.length;
    for (let i = 0; i < 20; i++) await sys.live();
    const after = (await sys.memory()).total;
    ok(after - before < 4 << 20, `the kernel's memory grew by ${after - before} bytes`);
    proc.kill("SIGKILL");
    equal((await proc.exited).signal, "SIGKILL");
    reader.releaseLock();
    const rest = (await text(proc.stdout)).length;
    ok(rest <= 512 << 10, `${rest} bytes had not been read`);
  }),

  files: () => system(async (sys, program) => {
    const { fs } = sys;
    await fs.mkdir("/a/b", { recursive: true });
    await fs.writeFile("/a/b/in.txt", "from the page\n");
    equal((await run(sys, program, ["cat", "/a/b/in.txt"])).stdout, "from the page\n");
    await run(sys, program, ["write", "/a/out.txt", "from the program"]);
    equal(await fs.readText("/a/out.txt"), "from the program");
    await fs.writeFile("/a/out.txt", ", twice", { append: true });
    equal(await fs.readText("/a/out.txt"), "from the program, twice");
    const names = async (path: string) => (await fs.readDir(path)).map((entry) => `${entry.name}:${entry.type}`).sort();
    equal(await names("/a"), ["b:directory", "out.txt:file"]);
    await fs.symlink("out.txt", "/a/link");
    await fs.link("/a/out.txt", "/a/hard");
    equal([await fs.readlink("/a/link"), await fs.readText("/a/link"), await fs.readText("/a/hard")], ["out.txt", "from the program, twice", "from the program, twice"]);
    const [stat, lstat] = [await fs.stat("/a/link"), await fs.lstat("/a/link")];
    equal([stat.type, stat.size, stat.nlink, lstat.type], ["file", 23, 2, "symlink"]);
    await fs.utimes("/a/out.txt", 1000, new Date(2000));
    const times = await fs.stat("/a/out.txt");
    equal([times.atimeMs, times.mtimeMs], [1000, 2000]);
    await fs.truncate("/a/out.txt", 4);
    equal(await fs.readText("/a/hard"), "from");
    await fs.rename("/a/hard", "/a/b/moved");
    equal(await names("/a/b"), ["in.txt:file", "moved:file"]);
    for (const [call, code] of [
      [() => fs.readFile("/none"), "ENOENT"], [() => fs.readFile("/a"), "EISDIR"], [() => fs.readDir("/a/out.txt"), "ENOTDIR"],
      [() => fs.mkdir("/a"), "EEXIST"], [() => fs.remove("/a"), "ENOTEMPTY"], [() => fs.writeFile("/none/x", ""), "ENOENT"],
      [() => fs.readlink("/a/out.txt"), "EINVAL"], [() => fs.rename("/a", "/a/b/c"), "EINVAL"],
    ] as const) equal((await rejects(call(), WASIXError, /\//)).code, code);
    await fs.remove("/a", { recursive: true });
    equal(await fs.exists("/a"), false);
    await fs.writeFile("/big", new Blob([new Uint8Array(20 << 20).fill(1)]));
    equal((await fs.readFile("/big")).length, 20 << 20);
  }),

  "kill, time-out and abort of a program that makes calls": () => system(async (sys, program) => {
    await sys.fs.writeFile("/kept", "x");
    const proc = await sys.spawn(program, { args: ["guest", "calls"] });
    await sys.live();
    proc.kill();
    const killed = await proc.exited;
    equal([killed.exitCode, killed.signal, killed.reason, killed.restarted], [143, "SIGTERM", "signaled", false]);
    const late = await run(sys, program, ["calls"], { timeoutMs: 50 });
    equal([late.exitCode, late.signal, late.reason, late.restarted], [137, "SIGKILL", "timeout", false]);
    const aborted = await run(sys, program, ["lines"], { signal: AbortSignal.timeout(50), stdin: new ReadableStream() });
    equal([aborted.reason, aborted.stdout, aborted.restarted], ["aborted", "ready\n", false]);
    equal(await sys.fs.readText("/kept"), "x");
  }),

  "a program that makes no calls": () => system(async (sys, program) => {
    const other = await sys.spawn(program, { args: ["guest", "lines"] });
    const spinning = await sys.spawn(program, { args: ["guest", "spin"] });
    equal(new TextDecoder().decode((await spinning.stdout.getReader().read()).value), "on");
    while (await answers(sys)); // it may still have been about to begin
    spinning.kill("SIGKILL");
    const status = await spinning.exited;
    equal([status.reason, status.restarted, status.exitCode], ["signaled", true, 137]);
    equal((await other.exited).reason, "restarted");
    equal((await run(sys, program, ["exit", "5"])).exitCode, 5);
    await sys.fs.writeFile("/x", "the new worker has files, too");
  }, { graceMs: 300 }),

  "programs that cannot run": () => system(async (sys, program) => {
    const kinds = async (source: Uint8Array, kind: string, words: RegExp) => {
      const error = await rejects(sys.run(source, { args: ["p"] }), ProgramError, words);
      equal(error.kind, kind);
    };
    await kinds(new TextEncoder().encode("#!/bin/sh\n"), "not-wasm", /program/);
    await kinds(new Uint8Array(), "truncated", /program/);
    await kinds(new Uint8Array([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), "wrong-version", /version/);
    await kinds(new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), "component", /component/);
    await kinds(new Uint8Array((await (await guest()).arrayBuffer()).slice(0, 1500)), "truncated", /truncated/);
    await kinds(module(), "no-start", /_start/);
    // (import "env" "nothing" (func))
    await kinds(module(1, 4, 1, 0x60, 0, 0, 2, 15, 1, 3, ...bytes("abc"), 7, ...bytes("nothing"), 0, 0), "missing-import", /abc/);
    // (import "wasi_snapshot_preview1" "fd_close" (func)) has the wrong type.
    await kinds(module(1, 4, 1, 0x60, 0, 0, 2, 35, 1, 22, ...bytes("wasi_snapshot_preview1"), 8, ...bytes("fd_close"), 0, 0), "import-type", /fd_close/);
    await kinds(start(0x6a), "invalid", /program/);
    const missing = await rejects(sys.run("/none.wasm"), ProgramError, /none.*404/);
    equal(missing.kind, "fetch");
    equal((await run(sys, program, ["exit", "0"])).exitCode, 0);
  }),

  "a trap": () => system(async (sys, program) => {
    const result = await sys.run(start(0x00), { args: ["trapper"] });
    equal([result.exitCode, result.reason], [134, "trapped"]);
    ok(/unreachable/.test(result.trap), result.trap);
    const deep = await sys.run(start(0x10, 0), { args: ["deep"] });
    equal([deep.exitCode, deep.reason], [134, "trapped"]);
    equal((await run(sys, program, ["exit", "0"])).exitCode, 0);
  }),

  "a reactor": () => system(async (sys) => {
    // (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add), an empty _initialize
    const reactor = module(
      1, 10, 2, 0x60, 0, 0, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 3, 3, 2, 0, 1, 5, 3, 1, 0, 1,
      7, 30, 3, 11, ...bytes("_initialize"), 0, 0, 3, ...bytes("add"), 0, 1, 6, ...bytes("memory"), 2, 0,
      10, 12, 2, 2, 0, 0x0b, 7, 0, 0x20, 0, 0x20, 1, 0x6a, 0x0b,
    );
    const proc = await sys.spawn(reactor, { args: ["reactor"] });
    equal(await proc.call("add", 2, 3), 5);
    equal(await proc.call("add", -2, 1), -1);
    await rejects(proc.call("none"), Error, /no function "none"/);
    proc.kill("SIGKILL");
    equal((await proc.exited).signal, "SIGKILL");
  }),

  "a sandbox, and none": () => system(async (sys, program) => {
    await sys.fs.mkdir("/d");
    await sys.fs.writeFile("/outside", "seen");
    await sys.fs.symlink("../outside", "/d/link");
    const options = { args: ["guest", "cat", "/d/link"], preopens: ["/d"] };
    const inside = await sys.run(program, options);
    equal([inside.exitCode, inside.stdout], [1, ""], inside.stderr);
    const proc = await sys.spawn(program, { ...options, sandbox: false });
    equal(await new Response(proc.stdout).text(), "seen");
    equal((await proc.exited).exitCode, 0);
  }),

  "pieces of output": () => system(async (sys, program) => {
    const pieces = { out: "", err: "" };
    const add = (to: "out" | "err") => (data: Uint8Array) => { pieces[to] += new TextDecoder().decode(data); };
    const result = await run(sys, program, ["both"], { onStdout: add("out"), onStderr: add("err") });
    equal([pieces.out, pieces.err], ["out", "err"]);
    equal([result.stdout, result.stderr], ["out", "err"]);
  }),

  "what is disposed of": async () => {
    const sys = await WASIX.create({ files: { "/f": "kept" } });
    const tree = await sys.fs.snapshot();
    await sys.fs.writeFile("/f", "changed");
    await sys.fs.restore(tree);
    equal(await sys.fs.readText("/f"), "kept");
    await tree[Symbol.asyncDispose]();
    equal((await rejects(sys.fs.restore(tree), WASIXError, /./)).code, "EINVAL");
    equal(typeof (await sys.fs.persist()), "boolean");
    await sys[Symbol.asyncDispose]();
    equal((await rejects(sys.fs.readText("/f"), KernelError, /closed/)).kind, "closed");
  },

  "a trace": () => system(async (sys, program) => {
    const lines: string[] = [];
    await run(sys, program, ["write", "/traced", "x"], { trace: (line) => lines.push(line) });
    ok(lines.some((line) => /path_open\(.*traced/.test(line)), lines.slice(0, 20).join("\n"));
    ok(lines.some((line) => /fd_write/.test(line)), "no fd_write");
  }),

  "a fixed clock and random source": async () => {
    const once = async () => {
      const sys = await WASIX.create({ clock: Date.UTC(2020, 0, 2), random: 42 });
      await sys.fs.writeFile("/f", "x");
      const { mtimeMs } = await sys.fs.stat("/f");
      const lines: string[] = [];
      await sys.run(guest(), { args: ["guest", "both"], trace: (line) => lines.push(line.replace(/0x[0-9a-f]+/g, "")) });
      await sys.close();
      return { mtimeMs, lines };
    };
    const [first, second] = [await once(), await once()];
    equal(first.mtimeMs, Date.UTC(2020, 0, 2));
    equal(first.lines, second.lines, "the trace of the second run");
  },

  "the plain script": async () => {
    const script = document.createElement("script");
    script.src = "/wasix-web.iife.js";
    await new Promise((resolve, reject) => Object.assign(document.head.appendChild(script), { onload: resolve, onerror: reject }));
    const api = (globalThis as unknown as { WASIX: typeof WASIX & { WASIXError: typeof WASIXError } }).WASIX;
    const result = await api.run(guest(), { args: ["guest", "both"], files: { "/x": "y" } });
    equal([result.stdout, result.stderr], ["out", "err"]);
    ok(new api.WASIXError("ENOENT") instanceof Error, "error classes");
  },

  "from another origin": async () => {
    const here = new URL(location.href);
    const there = `http://${here.hostname === "localhost" ? "127.0.0.1" : "localhost"}:${here.port}`;
    const client = (await import(`${there}/wasix-web.esm.js`)) as { WASIX: typeof WASIX };
    equal((await client.WASIX.run(guest(), { args: ["guest", "both"] })).stdout, "out");
  },

  "inside a worker of the user's own": async () => {
    const script = `import { WASIX } from ${JSON.stringify(new URL("/wasix-web.esm.js", location.href).href)};
      const sys = await WASIX.create();
      const out = await sys.run(${JSON.stringify(new URL("/guest.wasm", location.href).href)}, { args: ["guest", "cat"], stdin: "in a worker" });
      await sys.close();
      postMessage(out.stdout);`;
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
    const said = await new Promise((resolve, reject) => Object.assign(worker, { onmessage: (e: MessageEvent) => resolve(e.data), onerror: (e: ErrorEvent) => reject(new Error(e.message)) }));
    worker.terminate();
    equal(said, "in a worker");
  },

  "runno's shape": async () => {
    const lines = ["first\n", "second!\n"];
    let out = "";
    const calls = new Set<string>();
    const result = await WASIX.start(guest(), {
      args: ["guest", "lines"], env: {}, stdin: () => lines.shift() ?? null, stdout: (s) => (out += s), debug: (name) => calls.add(name),
      fs: { "/dir/a.txt": { path: "/dir/a.txt", mode: "string", content: "A", timestamps: { access: new Date(1000), modification: new Date(2000), change: new Date(3000) } } },
    });
    equal([result.exitCode, out], [0, "ready\n5\n7\nend\n"]);
    ok(calls.has("fd_read") && calls.has("fd_write"), [...calls].join());
    equal(new TextDecoder().decode(result.fs["/dir/a.txt"]!.content as Uint8Array), "A");
    equal(result.fs["/dir/a.txt"]!.timestamps.modification.getTime(), 2000);
  },

  progress: async () => {
    const seen: string[] = [];
    let last = 0;
    const sys = await WASIX.create({ onProgress: (p) => {
      if (seen.at(-1) !== `${p.phase} ${p.name}`) seen.push(`${p.phase} ${p.name}`);
      last = p.loaded;
    } });
    await sys.run(guest(), { args: ["guest", "both"] });
    equal(seen, ["runtime wasix-web", "program guest"]);
    equal(last, Number((await guest()).headers.get("content-length")));
    await sys.close();
  },

  "a kernel that is not there": async () => {
    const error = await rejects(WASIX.create({ assets: { wasm: "/none.wasm" } }), KernelError, /none.wasm.*404/);
    equal(error.kind, "load");
    await rejects(WASIX.create({ assets: { wasm: new ArrayBuffer(10) } }), KernelError, /cannot start the kernel/);
  },

  "many short programs": () => system(async (sys, program) => {
    const rounds = async (n: number) => {
      for (let i = 0; i < n; i++) await run(sys, program, ["exit", "0"]);
      return (await sys.memory()).total;
    };
    const before = await rounds(100);
    const after = await rounds(300);
    // Go collects when 16 MiB have come together.
    ok(after < before + (20 << 20), `the kernel's memory went from ${before} to ${after} bytes`);
    equal(Object.entries(await sys.live()).filter(([, n]) => n > 0), []);
  }),
};
