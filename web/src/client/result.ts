// Gathers what a program prints, for run.

import type { ExitReason, ExitStatus, RunOptions, RunResult } from "../wasix-web";
import type { Process, ProcessHooks } from "./process";

/** Takes the output of one program. */
export class Collector implements ProcessHooks {
  #out: Uint8Array[] = [];
  #err: Uint8Array[] = [];
  #left: number;
  #options: RunOptions;
  #process: Process | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#left = options.maxOutput ?? Infinity;
  }

  stdout(data: Uint8Array): void {
    this.#take(this.#out, data, this.#options.onStdout);
  }

  stderr(data: Uint8Array): void {
    this.#take(this.#err, data, this.#options.onStderr);
  }

  /** The program to stop when it has printed too much. */
  watch(process: Process): void {
    this.#process = process;
    if (this.#left <= 0) process.stop("output-limit");
  }

  result(status: ExitStatus): RunResult {
    return new Result(status, join(this.#out), join(this.#err));
  }

  #take(to: Uint8Array[], data: Uint8Array, tell: ((data: Uint8Array) => void) | undefined): void {
    const kept = data.length > this.#left ? data.subarray(0, this.#left) : data;
    if (kept.length > 0) to.push(kept);
    this.#left -= data.length;
    if (this.#left < 0) {
      this.#left = 0;
      this.#process?.stop("output-limit");
    }
    if (kept.length > 0) tell?.(kept.slice());
  }
}

/** The result of a program that never started. */
export function noRun(reason: ExitReason): RunResult {
  return new Result({ exitCode: 137, signal: "SIGKILL", reason, trap: "", restarted: false }, new Uint8Array(), new Uint8Array());
}

class Result implements RunResult {
  readonly exitCode: number;
  readonly signal: string | null;
  readonly reason: ExitReason;
  readonly trap: string;
  readonly restarted: boolean;

  constructor(status: ExitStatus, readonly stdoutBytes: Uint8Array, readonly stderrBytes: Uint8Array) {
    this.exitCode = status.exitCode;
    this.signal = status.signal;
    this.reason = status.reason;
    this.trap = status.trap;
    this.restarted = status.restarted;
  }

  // Decoded when asked for: not all output is text.
  get stdout(): string {
    return new TextDecoder().decode(this.stdoutBytes);
  }

  get stderr(): string {
    return new TextDecoder().decode(this.stderrBytes);
  }
}

function join(parts: Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
