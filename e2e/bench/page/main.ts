// The bench page. It loads the adapter that the address names (?runtime=shim) and waits for Go to
// call a probe: globalThis.bench(name, ...args). With &cold=URL it runs that program at once.
import type { Runtime } from "./runtime";
import { checked, probes } from "./probes";

const query = new URLSearchParams(location.search);
const adapter: { runtime: Runtime } = await import(new URL(`./${query.get("runtime")}.js`, import.meta.url).href);

async function start() {
  await adapter.runtime.load();
  const ready = performance.now();
  const cold = query.get("cold");
  if (!cold) return { ready, firstByte: 0 };
  const { firstByte } = checked(await adapter.runtime.run(cold, { keep: true }), { stdout: "hello\n" });
  return { ready, firstByte };
}

const started = start();
started.catch(() => {}); // reported to whoever asks

const table: Record<string, (runtime: Runtime, ...args: any[]) => unknown> = probes;

Object.assign(globalThis, {
  // bench runs one probe. The probe "started" tells when the runtime was ready and, for a cold
  // start, when the first byte came: milliseconds since the navigation began.
  async bench(name: string, ...args: unknown[]) {
    const times = await started;
    if (name === "started") return times;
    if (!table[name]) throw new Error(`no probe named ${name}`);
    return table[name](adapter.runtime, ...args);
  },
});
