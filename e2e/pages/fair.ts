// Programs that compute, and what the page gets of its worker meanwhile:
// fair_test.go.

import { WASIX } from "wasix-web";
import type { Process } from "../../web/src/wasix-web";
import { equal, nothingLeft } from "./check";

interface Figures {
  /** How much each of the processes has done. */
  shares: number[];
  /** Milliseconds, in the order in which they were measured. */
  stdin: number[];
  signal: number[];
  kill: number;
}

/** A function that returns the next line of a stream. */
function lines(proc: Process): () => Promise<string> {
  const reader = proc.stdout.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  let text = "";
  return async () => {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const first = text.slice(0, end);
        text = text.slice(end + 1);
        return first.trimEnd();
      }
      const { done, value } = await reader.read();
      if (done) throw new Error(`the program has ended: ${JSON.stringify(await proc.exited)}`);
      text += value;
    }
  };
}

/** Runs guests/fair in a terminal, and returns how many milliseconds it takes to hear of a new size. */
async function resized(call: string): Promise<number[]> {
  const sys = await WASIX.create();
  const proc = await sys.spawn("/guest/fair.wasm", { args: ["fair", call], terminal: { columns: 80, rows: 24 } });
  const line = lines(proc);
  equal(await line(), "ready", "the first line");
  await sleep(500);
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    await sleep(7 * i);
    const begin = performance.now();
    proc.resize(81 + i, 25);
    equal(await line(), "size", "the answer");
    times.push(performance.now() - begin);
  }
  proc.kill("SIGKILL"); // and the ten hang up
  equal((await proc.exited).signal, "SIGKILL", "the end");
  await nothingLeft(sys);
  await sys.close();
  return times;
}

/** Runs guests/fair for so many milliseconds. */
async function fair(call: string, ms: number): Promise<Figures> {
  const sys = await WASIX.create();
  const proc = await sys.spawn("/guest/fair.wasm", { args: ["fair", call] });
  const line = lines(proc);
  const input = proc.stdin.getWriter();
  const timed = async (fn: () => unknown, want?: string): Promise<number> => {
    const begin = performance.now();
    void fn();
    const got = await line();
    if (want) equal(got, want, "the answer");
    return performance.now() - begin;
  };
  equal(await line(), "ready", "the first line");
  await sleep(500);
  await timed(() => input.write("?"));
  await sleep(ms);
  void input.write("?");
  const figures: Figures = { shares: (await line()).split(" ").map(Number), stdin: [], signal: [], kill: 0 };
  for (let i = 0; i < 20; i++) {
    await sleep(7 * i);
    figures.stdin.push(await timed(() => input.write("?")));
    figures.signal.push(await timed(() => proc.kill("SIGUSR1"), "signal"));
  }
  figures.kill = await timed(() => input.write("!"), "ended");
  const { exitCode, restarted } = await proc.exited;
  equal([exitCode, restarted], [0, false], "the end");
  equal(Object.entries(await sys.live()).filter(([, n]) => n > 0), [], "what is left");
  await sys.close();
  return figures;
}

/** A program that spins on a call is heard, hears of its input, and ends when it is killed: the worker stays. */
async function spins(program: string, args: string[]): Promise<boolean> {
  const sys = await WASIX.create({ graceMs: 60_000, onWarn: () => {} });
  const proc = await sys.spawn(program, { args });
  const input = proc.stdin.getWriter();
  const reader = proc.stdout.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  equal((await reader.read()).value, "ready\n", "the first line");
  if (args.length > 1) {
    for (let i = 0; i < 5; i++) {
      void input.write("x");
      equal((await reader.read()).value, "signal\n", "what a signal does");
    }
  }
  proc.kill("SIGKILL");
  const { signal, restarted } = await proc.exited;
  equal([signal, restarted], ["SIGKILL", false], "the end");
  await nothingLeft(sys);
  await sys.close();
  return true;
}

/** How many rounds a program makes that computes between its yields, until it hears of a signal, a few times. */
async function crunches(): Promise<number[]> {
  const sys = await WASIX.create({ graceMs: 60_000 });
  const proc = await sys.spawn("/guest/fair.wasm", { args: ["fair", "crunch"] });
  const line = lines(proc);
  equal(await line(), "ready", "the first line");
  const rounds: number[] = [];
  for (let i = 0; i < 10; i++) {
    proc.kill("SIGUSR1");
    rounds.push(Number(await line()));
  }
  proc.kill("SIGKILL");
  equal((await proc.exited).signal, "SIGKILL", "the end");
  await sys.close();
  return rounds;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Object.assign(globalThis, { crunches, fair, resized, spins });
