// Programs that end while they wait for their terminal: tty_test.go.

import { WASIX } from "wasix-web";
import { equal, nothingLeft } from "./check";

/** Runs guests/tty, and tells how it ended. With a signal the page sends it when all threads wait. */
async function waits(how: string, signal?: string): Promise<string> {
  const sys = await WASIX.create({ mounts: { "/bin/tty": fetch("/guest/tty.wasm") }, onWarn: () => {} });
  const proc = await sys.spawn("/guest/tty.wasm", { args: ["/bin/tty", how], terminal: { columns: 80, rows: 24 } });
  const reader = proc.stdout.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  const first = (await reader.read()).value;
  if (how !== "child") equal(first, "waiting\r\n", "the first line");
  if (signal) proc.kill(signal);
  const { exitCode, signal: by, restarted } = await proc.exited;
  equal(restarted, false, "restarted");
  await nothingLeft(sys);
  // Another program gets a terminal of its own.
  const next = await sys.spawn("/guest/tty.wasm", { args: ["/bin/tty", "6"], terminal: true });
  equal((await next.exited).exitCode, 6, "the next one");
  await sys.close();
  return by ?? String(exitCode);
}

Object.assign(globalThis, { waits });
