// What the tests on these pages say, and the system they test with.

import { WASIX } from "wasix-web";
import type { CreateOptions } from "../../web/src/wasix-web";

export function equal<T>(got: T, want: T, what = "value"): void {
  const g = show(got), w = show(want);
  if (g !== w) throw new Error(`${what} is ${g}, not ${w}`);
}

export function ok(value: unknown, what: string): void {
  if (!value) throw new Error(what);
}

/** rejects returns what the promise rejects with, which must be of that class and say so. */
export async function rejects<E extends Error>(promise: Promise<unknown>, type: new (...args: never[]) => E, words: RegExp, what = ""): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (!(error instanceof type)) throw new Error(`${what}: rejected with ${String(error)}, which is no ${type.name}`);
    if (!words.test(error.message)) throw new Error(`${what}: the message ${JSON.stringify(error.message)} does not match ${String(words)}`);
    return error;
  }
  throw new Error(`${what}: resolved with ${show(value)}; a ${type.name} was expected`);
}

function show(value: unknown): string {
  return value instanceof Uint8Array ? `[${value.join(" ")}]` : JSON.stringify(value) ?? String(value);
}

/** A system with a file and a program that waits for input; nothing that a test does may change them. */
export async function system(fn: (sys: WASIX) => Promise<void>, options: CreateOptions = {}): Promise<void> {
  const warnings: string[] = [];
  const sys = await WASIX.create({ onWarn: (message) => warnings.push(message), ...options });
  try {
    await sys.fs.writeFile("/kept", "kept");
    const other = await sys.spawn("/guest/bad.wasm", { args: ["bad", "cat"] });
    const reader = other.stdout.getReader();
    const writer = other.stdin.getWriter();
    // The pipe to it works before and after.
    for (const part of ["before", "after"]) {
      await writer.write(part);
      let said = "";
      while (said.length < part.length) said += new TextDecoder().decode((await reader.read()).value);
      equal(said, part, "what the other program says");
      if (part === "before") await fn(sys);
    }
    await writer.close();
    equal((await other.exited).exitCode, 0, "the other program's exit code");
    await fine(sys);
    equal(Object.entries(await sys.live()).filter(([, n]) => n > 0), [], "what is left");
  } catch (error) {
    if (warnings.length > 0) console.log(`warnings: ${warnings.join("\n")}`);
    throw error;
  } finally {
    await sys.close();
  }
}

/** fine checks that the next program runs, and that files are as they were. */
export async function fine(sys: WASIX): Promise<void> {
  const out = await sys.run("/guest/hello.wasm");
  equal([out.exitCode, out.reason, out.stdout], [0, "exited", "hello\n"], "the next program");
  equal(await sys.fs.readText("/kept"), "kept", "a file");
}

/** Makes names() and run(name) known to browser_test.go. */
export function publish(tests: Record<string, () => Promise<void>>): void {
  Object.assign(globalThis, {
    names: () => Object.keys(tests),
    run: async (name: string) => {
      await tests[name]!();
      return true;
    },
  });
}

/** nothingLeft waits until nothing is left of any program. */
export async function nothingLeft(sys: WASIX): Promise<void> {
  for (let i = 0; i < 100 && (await sys.live()).processes > 0; i++) await new Promise((resolve) => setTimeout(resolve, i));
  equal(Object.entries(await sys.live()).filter(([, n]) => n > 0), [], "what is left");
}
