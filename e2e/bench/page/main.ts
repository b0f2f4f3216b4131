// The bench page. It loads the adapter that the address names (?runtime=shim) and waits for Go to
// call a probe: bench(name, ...args). With &cold=URL it runs that program at once.
import type { Runtime } from "./runtime";
import { checked, probes } from "./probes";

interface Started {
  ready: number; // when the runtime was ready; milliseconds since the navigation began
  firstByte: number; // when the first output of the cold program arrived; 0 without one
}

const query = new URLSearchParams(location.search);
const adapter: Promise<{ runtime: Runtime }> = import(new URL(`./${query.get("runtime")}.js`, import.meta.url).href);

async function start(): Promise<Started> {
  const { runtime } = await adapter;
  await runtime.load();
  const ready = performance.now();
  const cold = query.get("cold");
  if (!cold) return { ready, firstByte: 0 };
  const { firstByte } = checked(await runtime.run(cold, { keep: true }), { stdout: "hello\n" });
  return { ready, firstByte };
}

const started = start();
started.catch(() => {}); // whoever calls bench() gets the error

const table: Record<string, (runtime: Runtime, ...args: any[]) => unknown> = probes;

async function bench(name: string, ...args: unknown[]): Promise<unknown> {
  const times = await started;
  if (name === "started") return times;
  if (!table[name]) throw new Error(`no probe named ${name}`);
  return table[name]((await adapter).runtime, ...args);
}

Object.assign(globalThis, { bench });
