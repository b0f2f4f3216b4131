// Checks options and brings them into the form the worker takes.

import type { KernelConfig, SpawnSpec } from "../protocol";
import { isModule, type Providers } from "./providers";
import type { CreateOptions, InputProvider, OutputProvider, ProgramOptions, SpawnOptions, StdinFunction, StdoutFunction, TerminalOptions } from "../wasix-web";

/** kernelConfig is the part of the options that the kernel itself takes. */
export function kernelConfig(options: CreateOptions, providers: Providers): KernelConfig {
  const config: KernelConfig = {};
  const { clock, random } = options;
  if (typeof clock === "object" && !(clock instanceof Date)) config.clock = providers.wireAsked("clock", clock, ["now", "resolution"]);
  else if (clock !== undefined) {
    const ms = Number(clock);
    if (!Number.isFinite(ms)) throw new TypeError(`clock: not a time: ${String(clock)}`);
    // Whole milliseconds and the rest apart: 2026 in nanoseconds is past 2^53.
    const whole = Math.floor(ms);
    config.fixedClock = String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
  }
  if (typeof random === "object") config.random = providers.wireAsked("random", random, ["fill"]);
  else if (random !== undefined) {
    if (!Number.isSafeInteger(random)) throw new TypeError(`random: the seed must be an integer, not ${String(random)}`);
    config.randomSeed = random;
  }
  if (options.maxMemory !== undefined) config.maxMemory = positive("maxMemory", options.maxMemory);
  if (options.outputWindow !== undefined) config.outputWindow = positive("outputWindow", options.outputWindow);
  return config;
}

/** spawnSpec is what the kernel needs to know of a program to start. */
export function spawnSpec(options: SpawnOptions, name: string): Omit<SpawnSpec, "program"> {
  const spec: Omit<SpawnSpec, "program"> = {
    args: (options.args ?? [name]).map((arg, i) => text(`args[${i}]`, arg)),
    env: environment(options.env),
    cwd: directory("cwd", options.cwd ?? "/"),
    stdin: options.stdin === "null" || options.stdin === null ? "null" : "pipe",
    stdout: stream("stdout", options.stdout),
    stderr: stream("stderr", options.stderr),
  };
  if (options.preopens) spec.preopens = options.preopens.map((path, i) => preopen(`preopens[${i}]`, path));
  if (options.terminal) {
    const size: TerminalOptions = options.terminal === true ? {} : options.terminal;
    spec.stdin = spec.stdout = spec.stderr = "terminal";
    spec.columns = positive("terminal.columns", size.columns ?? 80);
    spec.rows = positive("terminal.rows", size.rows ?? 24);
    if (size.raw) spec.raw = true;
  }
  if (options.sandbox === false) spec.free = true;
  if (options.isatty) spec.isatty = true;
  if (options.trace) spec.trace = true;
  return spec;
}

/** tracer is the function that takes trace lines, if any. */
export function tracer(trace: ProgramOptions["trace"]): ((line: string, pid: number) => void) | undefined {
  if (typeof trace === "function") return trace;
  return trace ? (line) => console.debug(line) : undefined;
}

function environment(env: SpawnOptions["env"]): string[] {
  if (!env) return [];
  if (Array.isArray(env)) {
    return env.map((entry, i) => {
      if (text(`env[${i}]`, entry).indexOf("=") < 1) throw new TypeError(`env[${i}]: not KEY=value: ${JSON.stringify(entry.slice(0, 100))}`);
      return entry;
    });
  }
  return Object.entries(env).map(([key, value]) => {
    if (!key || key.includes("=") || key.includes("\0")) throw new TypeError(`env: not a name: ${JSON.stringify(key.slice(0, 100))}`);
    return `${key}=${text(`env.${key}`, value)}`;
  });
}

function text(what: string, value: unknown): string {
  if (typeof value !== "string") throw new TypeError(`${what}: must be a string, not ${value === null ? "null" : typeof value}`);
  if (value.includes("\0")) throw new TypeError(`${what}: contains a NUL character`);
  return value;
}

function directory(what: string, value: unknown): string {
  const path = text(what, value);
  if (!path.startsWith("/")) throw new TypeError(`${what}: not an absolute path: ${JSON.stringify(path.slice(0, 200))}`);
  return path;
}

function preopen(what: string, value: unknown): string {
  const name = text(what, value);
  directory(what, name.slice(name.indexOf("=") + 1));
  return name;
}

function stream(what: string, value: unknown): "pipe" | "null" | "asked" {
  if (value === undefined || value === "pipe") return "pipe";
  if (value === "null") return "null";
  if (isOutput(value) || isModule(value)) return "asked";
  throw new TypeError(`${what}: must be "pipe", "null", a function, an object with the method write, or { module }, not ${JSON.stringify(value)}`);
}

/** isOutput tells whether something takes output on the page. */
export function isOutput(value: unknown): value is StdoutFunction | OutputProvider {
  return typeof value === "function" || typeof (value as OutputProvider | null)?.write === "function";
}

/** isInput tells whether something on the page gives input when it is asked. */
export function isInput(value: unknown): value is StdinFunction | InputProvider {
  return typeof value === "function" || typeof (value as InputProvider | null)?.read === "function";
}

function positive(what: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) <= 0) throw new TypeError(`${what}: must be a positive integer, not ${String(value)}`);
  return value as number;
}
