// What the page measures. Every probe checks that the program did what it should: a fast wrong
// answer is an error, not a figure.
import type { RunOptions, RunResult, Runtime } from "./runtime";

export interface Expected {
  exitCode?: number;
  stdout?: string; // all of it when `keep` was asked for, else its end
  stdoutBytes?: number;
}

export function checked(result: RunResult, expected: Expected = {}): RunResult {
  const fail = (what: string, got: unknown, want: unknown): never => {
    const said = result.stderr ? `; stderr: ${result.stderr.slice(-300)}` : "";
    throw new Error(`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(want)}${said}`);
  };
  const { exitCode = 0, stdout, stdoutBytes } = expected;
  if (result.exitCode !== exitCode) fail("exit code", result.exitCode, exitCode);
  if (stdoutBytes !== undefined && result.stdoutBytes !== stdoutBytes) fail("bytes on stdout", result.stdoutBytes, stdoutBytes);
  if (stdout !== undefined && !result.stdout.endsWith(stdout)) fail("stdout", result.stdout.slice(-300), stdout);
  return result;
}

// figures runs a guest that measures itself and prints "name picoseconds" lines.
// The result is in nanoseconds.
async function figures(runtime: Runtime, url: string, options: RunOptions = {}): Promise<Record<string, number>> {
  await runtime.prepare(url);
  const { stdout } = checked(await runtime.run(url, { ...options, keep: true }));
  const lines = [...stdout.matchAll(/^(\S+) (\d+)$/gm)];
  if (lines.length === 0) throw new Error(`no figures in ${JSON.stringify(stdout)}`);
  return Object.fromEntries(lines.map(([, name, picoseconds]) => [name, Number(picoseconds) / 1000]));
}

// times runs a prepared program n times, one after the other, after a few runs that do not count.
// The result is milliseconds from the call to the exit, one a run.
async function times(
  runtime: Runtime,
  url: string,
  n: number,
  warmUp: number,
  options: RunOptions = {},
  expected: Expected = {},
): Promise<number[]> {
  await runtime.prepare(url);
  const spent: number[] = [];
  for (let i = -warmUp; i < n; i++) {
    const start = performance.now();
    const result = await runtime.run(url, options);
    if (i >= 0) spent.push(performance.now() - start);
    checked(result, expected);
  }
  return spent;
}

// step has a runtime do something with files that stay, and returns how many milliseconds it took.
async function step(runtime: Runtime, name: string, n: number, program: string): Promise<number> {
  if (!runtime.step) throw new Error("its files do not stay");
  return runtime.step(name, n, program);
}

export const probes = { figures, step, times };
