// Everything that a page or a program can get wrong: each is a clear error,
// nothing else is lost, and the next program runs. badinput_test.go makes the
// programs and serves them.

import { KernelError, ProgramError, WASIX, WASIXError } from "wasix-web";
import { equal, fine, ok, publish, rejects, system } from "./check";

interface BadModule { name: string; kind: string; words: string }
interface OddModule { name: string; exitCode: number; reason: string; stdout: string; trap: string }
interface Recursion { name: string; traced: boolean }

const list = async <T>(name: string) => (await (await fetch(`/list/${name}.json`)).json()) as T[];
const bytes = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
const bad = "/guest/bad.wasm";

/** waits lets the worker have n turns. */
async function turns(sys: WASIX, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await sys.live();
}

/** reported runs fn and returns the messages of the errors that went to the page's error event. */
async function reported(fn: () => Promise<void>): Promise<string[]> {
  const messages: string[] = [];
  const take = (event: ErrorEvent) => {
    event.preventDefault();
    messages.push(event.message);
  };
  addEventListener("error", take);
  try {
    await fn();
  } finally {
    removeEventListener("error", take);
  }
  return messages;
}

function throwing(): never {
  throw new Error("thrown by a test");
}

publish({
  "files that are no programs": () => system(async (sys) => {
    for (const { name, kind, words } of await list<BadModule>("bad")) {
      const url = `/module/${name}.wasm`;
      for (const source of [url, fetch(url), await bytes(url)]) {
        const error = await rejects(sys.run(source, { args: [name] }), ProgramError, new RegExp(words), name);
        equal(error.kind as string, kind, `${name}: ${error.message}: the kind`);
        if (typeof source === "string") ok(error.message.includes(name), `the message does not name ${name}: ${error.message}`);
      }
      await fine(sys);
    }
  }),

  "every beginning of a program": () => system(async (sys) => {
    const whole = await bytes("/guest/hello.wasm");
    for (let n = 0; n < whole.length; n++) {
      const beginning = whole.slice(0, n);
      const program = sys.load(beginning);
      // Without its data it is a program, too.
      if (WebAssembly.validate(beginning) && WebAssembly.Module.exports(new WebAssembly.Module(beginning)).length > 0) {
        (await program).unload();
        continue;
      }
      const error = await rejects(program, ProgramError, /./, `${n} bytes`);
      ok(["truncated", "malformed", "no-start", "no-memory", "invalid"].includes(error.kind), `${n} bytes: ${error.kind}: ${error.message}`);
    }
  }),

  "every byte of a program changed": () => system(async (sys) => {
    const whole = await bytes("/guest/hello.wasm");
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at]! ^= 0xff;
      // Some are programs all the same, which may do anything but harm.
      const run = sys.run(changed, { timeoutMs: 5000 });
      const result = await run.catch((error: unknown) => error);
      if (result instanceof Error) ok(result instanceof ProgramError, `byte ${at}: ${String(result)}`);
    }
  }),

  "a file that is too large": () => system(async (sys) => {
    for (const url of ["/huge/announced", "/huge/unannounced"]) {
      const error = await rejects(sys.run(url), ProgramError, /announced.*1 GiB/, url);
      equal(error.kind, "too-large");
      equal(await (await fetch(`${url}?gone`)).text(), "given up", "the download");
    }
    const { total } = await sys.memory();
    ok(total < 200 << 20, `the kernel has ${total} bytes`);
  }),

  "unusual programs": () => system(async (sys) => {
    for (const [i, odd] of (await list<OddModule>("odd")).entries()) {
      const result = await sys.run(`/odd/${i}.wasm`);
      equal([result.exitCode, result.reason, result.stdout], [odd.exitCode, odd.reason, odd.stdout], `${odd.name} (${result.trap}${result.stderr})`);
      if (odd.trap) ok(new RegExp(odd.trap).test(result.trap), `${odd.name}: ${result.trap}`);
      await fine(sys);
    }
  }),

  "pointers that point nowhere": () => system(async (sys) => {
    const { stdout } = await sys.run(bad, { args: ["bad", "pointers"], stdin: "x" });
    equal(stdout.trim().split("\n"), ["read", "write", "getentropy"].map((call) => `${call}: Bad address`));
  }),

  reactors: () => system(async (sys) => {
    const reactor = await sys.spawn("/guest/reactor.wasm", {});
    // _initialize has put 40 where count begins.
    equal(await reactor.call("count"), 41);
    equal(await reactor.call("count"), 42);
    equal(String(await reactor.call("twice", 1n << 40n)), String(1n << 41n));
    await rejects(reactor.call("nothing"), Error, /no function "nothing"/);
    const trap = await rejects(reactor.call("trap"), Error, /unreachable/);
    ok(trap instanceof WebAssembly.RuntimeError || trap instanceof Error, "a trap");
    equal((await reactor.exited).exitCode, 134, "after a trap in an export");
    await rejects(reactor.call("count"), Error, /./);
    const failing = await sys.spawn("/guest/reactor_trap.wasm", {});
    const status = await failing.exited;
    equal([status.exitCode, status.reason], [134, "trapped"], "a trap in _initialize");
    const third = await sys.spawn("/guest/reactor.wasm", {});
    equal(await third.call("count"), 41, "a fresh one");
    third.kill("SIGKILL");
    const killed = await third.exited;
    equal([killed.signal, killed.restarted], ["SIGKILL", false], "one that nobody calls");
  }),

  "contexts that outlive a call": () => system(async (sys) => {
    for (const end of ["trap", "kill"]) {
      const library = await sys.spawn("/guest/contexts.wasm", {});
      equal(await library.call("create", 1), 0);
      for (let i = 1; i < 4; i++) {
        equal(await library.call("switch", 1n), 0);
        equal(await library.call("count"), i * 100);
      }
      equal(await library.call("create", 2), 0);
      if (end === "trap") await rejects(library.call("switch", 2n), Error, /./);
      else library.kill("SIGKILL");
      equal((await library.exited).exitCode, end === "trap" ? 134 : 137, end);
    }
  }),

  "arguments and variables with NUL": () => system(async (sys) => {
    await rejects(sys.run(bad, { args: ["bad", "a\0b"] }), TypeError, /args\[1\]: contains a NUL/);
    await rejects(sys.run(bad, { args: ["bad"], env: { NAME: "a\0b" } }), TypeError, /env\.NAME: contains a NUL/);
    await rejects(sys.run(bad, { args: ["bad"], env: { "N\0": "a" } }), TypeError, /env: not a name/);
    await rejects(sys.run(bad, { args: ["bad"], env: ["A=1", "B=\0"] }), TypeError, /env\[1\]: contains a NUL/);
    await rejects(sys.run(bad, { args: ["bad"], cwd: "/a\0b" }), TypeError, /cwd: contains a NUL/);
    await rejects(sys.run(bad, { args: ["bad", 5 as never] }), TypeError, /args\[1\]: must be a string, not number/);
    await rejects(sys.fs.readText("/a\0b"), WASIXError, /NUL/);
  }),

  "10 MB of environment and of arguments": () => system(async (sys) => {
    const one = { BIG: "x".repeat(10 << 20) };
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`NAME${i}`, "y".repeat(100)]));
    for (const env of [one, many]) {
      const strings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      const out = await sys.run(bad, { args: ["bad", "env"], env });
      equal([out.exitCode, out.stdout.trim()], [0, summary(strings)], out.stderr + out.trap);
    }
    const args = ["bad", "args", "z".repeat(10 << 20)];
    equal((await sys.run(bad, { args })).stdout.trim(), summary(args));
  }),

  "paths of 1 MB": () => system(async (sys) => {
    const long = "Filename too long";
    const want = ["open", "stat", "mkdir", "rename from", "rename to", "link", "symlink", "symlink to it", "readlink", "unlink", "rmdir"].map((call) => `${call}: ${long}`);
    for (const part of ["a", "a/", "../", "./", "/", "ü"]) {
      const out = await sys.run(bad, { args: ["bad", "paths", String(1 << 20), part] });
      equal(out.exitCode, 0, out.stderr + out.trap);
      // libc takes slashes at the beginning away.
      if (part !== "/") equal(out.stdout.trim().split("\n"), [...want, "stat of a file: worked"], part);
      const path = `/${part.repeat((1 << 20) / part.length)}`;
      for (const [name, call] of Object.entries<() => Promise<unknown>>({
        readFile: () => sys.fs.readFile(path), writeFile: () => sys.fs.writeFile(path, ""), readDir: () => sys.fs.readDir(path),
        mkdir: () => sys.fs.mkdir(path), rename: () => sys.fs.rename("/kept", path), symlink: () => sys.fs.symlink(path, "/l"), stat: () => sys.fs.stat(path),
        // remove takes slashes at the end away.
        remove: () => sys.fs.remove(`${path}x`), "remove recursive": () => sys.fs.remove(`${path}x`, { recursive: true }),
        "mkdir recursive": () => sys.fs.mkdir(path, { recursive: true }),
        cwd: () => sys.run(bad, { args: ["bad", "exit", "0"], cwd: path }),
        preopen: () => sys.run(bad, { args: ["bad", "exit", "0"], preopens: [path] }),
      })) {
        const error = await rejects(call(), WASIXError, /ENAMETOOLONG/, `${name} of ${part}`);
        equal(error.code, "ENAMETOOLONG", name);
        ok(error.message.length < 2000, `${name}: the message has ${error.message.length} characters`);
      }
    }
    equal((await sys.fs.readDir("/")).map(({ name }) => name).filter((name) => /^[alü.]/.test(name)), [], "what was made");
  }),

  "a directory 10 000 deep": () => system(async (sys) => {
    const levels = "10000";
    const made = await sys.run(bad, { args: ["bad", "deep", levels] });
    equal([made.exitCode, made.stdout], [0, `rename into itself: Invalid argument\nrename: worked\n${levels} levels: deep\n`], made.stderr + made.trap);
    equal((await sys.fs.stat("/e/d/d")).type, "directory");
    equal(await sys.fs.exists("/d"), false);
    await fine(sys);
    const gone = await sys.run(bad, { args: ["bad", "undeep", levels] });
    equal(gone.exitCode, 0, gone.stderr + gone.trap);
    equal(await sys.fs.exists("/e"), false);
    // The page can remove it, too.
    equal((await sys.run(bad, { args: ["bad", "deep", levels] })).exitCode, 0);
    await sys.fs.remove("/e", { recursive: true });
    equal(await sys.fs.exists("/e"), false);
  }),

  "recursion until the stack ends": () => system(async (sys) => {
    for (const [i, { name, traced }] of (await list<Recursion>("recursion")).entries()) {
      const program = await sys.load(`/recursion/${i}.wasm`);
      for (const trace of traced ? [undefined, () => {}] : [undefined]) {
        const result = await sys.run(program, { trace });
        equal([result.exitCode, result.reason], [134, "trapped"], name);
        ok(/stack/i.test(result.trap), `${name}: ${result.trap}`);
        await fine(sys);
      }
      program.unload();
    }
  }),

  "memory.grow until it is refused": () => system(async (sys) => {
    const out = await sys.run(bad, { args: ["bad", "grow"] });
    const [last, pages] = out.stdout.split("\n");
    equal([out.exitCode, last], [0, "last"], out.stderr + out.trap);
    ok(parseInt(pages!) > 16384, `no more than ${pages}`);
    await fine(sys);
  }),

  "files of 1 GiB": () => system(async (sys) => {
    const out = await sys.run(bad, { args: ["bad", "large", "1024"] });
    equal([out.exitCode, out.stdout], [0, "1073741824 bytes\n1073741824 bytes\n"], out.stderr + out.trap);
    const { total } = await sys.memory();
    ok(total < 2 ** 31, `the kernel has ${total} bytes after two of them`);
    await fine(sys);
  }),

  "a limit of memory": () => system(async (sys) => {
    const out = await sys.run(bad, { args: ["bad", "grow"] });
    equal([out.exitCode, out.stdout], [0, "last\n256 pages\n"], out.stderr + out.trap);
    const error = await rejects(sys.run("/module/wants-20-mib.wasm"), ProgramError, /wants-20-mib.*320 pages.*256/);
    equal(error.kind, "no-memory");
  }, { maxMemory: 16 << 20 }),

  "programs that are unloaded": () => system(async (sys) => {
    const again = await bytes("/guest/again.wasm");
    await sys.fs.writeFile("/bin/again", again, { parents: true });
    const run = async () => {
      const out = await sys.run(again, { args: ["/bin/again"] });
      equal([out.stdout, out.exitCode], ["ok\n", 0], out.stderr + out.trap);
    };
    await run();
    const hello = await bytes("/guest/hello.wasm");
    for (let i = 0; i < 60; i++) {
      // A custom section makes it another program.
      const other = new Uint8Array([...hello, 0, 3, 1, 0x78, i]);
      (await sys.load(other)).unload();
    }
    // The page has forgotten the one that is in the tree as well, the kernel has not.
    const { programs } = await sys.memory();
    ok(programs < 20, `${programs} programs are kept`);
    await run();
  }),

  "output that nobody reads": () => system(async (sys) => {
    for (const fd of [1, 2]) {
      const before = await sys.memory();
      const proc = await sys.spawn(bad, { args: ["bad", "flood", String(fd)] });
      await turns(sys, 300);
      const after = await sys.memory();
      ok(after.total - before.total < 4 << 20, `the kernel's memory grew by ${after.total - before.total} bytes`);
      await fine(sys);
      proc.kill("SIGKILL");
      equal((await proc.exited).signal, "SIGKILL");
      // What the page holds is no more than the window, and none of it is lost.
      let held = 0;
      const reader = (fd === 1 ? proc.stdout : proc.stderr).getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) held += next.value.length;
      equal(held, 256 << 10, "bytes the page was given");
    }
  }),

  "a trace that is taken slowly": () => system(async (sys) => {
    const before = await sys.memory();
    let lines = 0;
    const proc = await sys.spawn(bad, { args: ["bad", "flood", "1"], stdout: "null", trace: () => {
      if (++lines > 2000) return;
      for (const end = performance.now() + 1; performance.now() < end; );
    } });
    await turns(sys, 20);
    const after = await sys.memory();
    ok(after.total - before.total < 64 << 20, `the kernel's memory grew by ${after.total - before.total} bytes`);
    proc.kill("SIGKILL");
    equal((await proc.exited).restarted, false, "the worker was replaced");
    ok(lines > 2000, `${lines} lines`);
  }),

  "callbacks that throw": () => system(async (sys) => {
    let out = "";
    const messages = await reported(async () => {
      const result = await sys.run(bad, {
        args: ["bad", "cat"], stdin: "all of it", onProgress: throwing, trace: throwing, onStderr: throwing,
        onStdout: (data) => {
          out += new TextDecoder().decode(data);
          throwing();
        },
      });
      equal([result.exitCode, result.stdout, out], [0, "all of it", "all of it"]);
      const started = await WASIX.start(bad, { args: ["bad", "args"], onProgress: throwing, stdout: throwing, debug: throwing });
      equal(started.exitCode, 0);
      const asked = await WASIX.start(bad, { args: ["bad", "cat"], stdin: throwing });
      equal(asked.exitCode, 1, "reading it is EIO");
      const later = await WASIX.start(bad, { args: ["bad", "cat"], stdin: () => Promise.reject(new Error("thrown by a test")) });
      equal(later.exitCode, 1, "reading it is EIO");
      const warned = await WASIX.create({ onProgress: throwing, onWarn: throwing });
      const future = (await list<OddModule>("odd")).findIndex(({ name }) => name.startsWith("an unknown function"));
      equal((await warned.run(`/odd/${future}.wasm`)).exitCode, 52);
      await warned.close();
    });
    ok(messages.length >= 8 && messages.every((message) => /thrown by a test/.test(message)), `reported: ${messages.join("; ")}`);
  }),

  "input that fails": () => system(async (sys) => {
    const warnings: string[] = [];
    sys.onWarn = (message) => void warnings.push(message);
    const failing = (first: string) => new ReadableStream<string>({
      start: (controller) => controller.enqueue(first),
      pull: throwing,
    }, { highWaterMark: 0 });
    const result = await sys.run(bad, { args: ["bad", "cat"], stdin: failing("so far") });
    equal([result.exitCode, result.stdout], [0, "so far"]);
    ok(warnings.length === 1 && /stdin of bad.*thrown by a test/.test(warnings[0]!), warnings.join("; "));
    const numbers = new ReadableStream<unknown>({
      start: (controller) => {
        controller.enqueue(5);
        controller.close();
      },
    });
    equal((await sys.run(bad, { args: ["bad", "cat"], stdin: numbers as ReadableStream<string> })).stdout, "");
    ok(/stdin takes/.test(warnings[1] ?? ""), warnings.join("; "));
  }),

  "a download that breaks off": () => system(async (sys) => {
    const error = await rejects(sys.run("/broken.wasm"), ProgramError, /broken: the download broke off after \d+ bytes/);
    equal(error.kind, "fetch");
  }),

  "mounts that are none": async () => {
    for (const spec of [{ nothing: true }, 5, null, "disk"] as never[]) {
      await rejects(WASIX.create({ mounts: { "/data": spec } }), WASIXError, /mount \/data/, JSON.stringify(spec));
    }
    await system(async (sys) => {
      await rejects(sys.fs.mount("/data", { nothing: true } as never), WASIXError, /mount \/data/);
      await rejects(sys.fs.mount("data", "memory" as never), WASIXError, /absolute/);
    });
  },

  "a kernel that panics": async () => {
    for (const how of ["in-a-call", "in-a-message"]) {
      const sys = await WASIX.create({ assets: { worker: `/test/broken_worker.js?how=${how}` } });
      const words = /kernel failed: panic: runtime error: index out of range/;
      if (how === "in-a-call") {
        const error = await rejects(sys.run("/guest/hello.wasm"), KernelError, words, how);
        equal(error.kind, "panic");
      } else {
        const proc = await sys.spawn(bad, { args: ["bad", "cat"] });
        const reading = proc.stdout.getReader().read();
        reading.catch(() => {});
        proc.kill("SIGTERM");
        equal((await rejects(proc.exited, KernelError, words, how)).kind, "panic");
        await rejects(reading, KernelError, words, `${how}: a stream`);
        await rejects(proc.stdin.getWriter().write("x"), KernelError, words, `${how}: stdin`);
      }
      await rejects(sys.run("/guest/hello.wasm"), KernelError, words, `${how}: the next program`);
      await rejects(sys.fs.readText("/kept"), KernelError, words, `${how}: a file`);
      await sys.close();
      await system(async () => {}); // a new one works
    }
  },

  "a browser that cannot suspend": async () => {
    const error = await rejects(WASIX.create({ assets: { worker: "/test/broken_worker.js?how=no-jspi" } }), KernelError, /JSPI|Promise Integration/);
    equal(error.kind, "no-jspi", "in the worker");
    ok(/137/.test(error.message) && /153/.test(error.message), error.message);
    const { Suspending } = WebAssembly as unknown as Record<string, unknown>;
    delete (WebAssembly as unknown as Record<string, unknown>).Suspending;
    try {
      equal(WASIX.supported, false);
      for (const promise of [WASIX.create(), WASIX.run("/guest/hello.wasm"), WASIX.start("/guest/hello.wasm")]) {
        equal((await rejects(promise, KernelError, /137.*153/, "on the page")).kind, "no-jspi");
      }
    } finally {
      Object.assign(WebAssembly, { Suspending });
    }
    equal(WASIX.supported, true);
    equal((await WASIX.run("/guest/hello.wasm")).stdout, "hello\n");
  },
});

/** summary is what the guest says of a list of strings. */
function summary(strings: string[]): string {
  let bytes = 0, hash = 2166136261;
  for (const text of strings) {
    for (const b of new TextEncoder().encode(text)) {
      hash = Math.imul(hash ^ b, 16777619);
      bytes++;
    }
  }
  return `${strings.length} ${bytes} ${hash >>> 0}`;
}
