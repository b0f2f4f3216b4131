// A page that runs a small program many times; badinput_test.go looks at the
// memory of its process.

import { WASIX } from "wasix-web";
import type { Program } from "../../web/src/wasix-web";
import { equal } from "./check";

let sys: WASIX | undefined;
let program: Program;

async function times(n: number): Promise<number> {
  if (!sys) {
    sys = await WASIX.create();
    program = await sys.load("/guest/hello.wasm");
  }
  for (let i = 0; i < n; i++) equal((await sys.run(program)).stdout, "hello\n");
  equal((await sys.live()).memories, 0);
  return (await sys.memory()).total;
}

/** busy starts a program that never ends: one that prints, or one that computes. */
async function busy(how: string): Promise<boolean> {
  sys ??= await WASIX.create();
  await sys.fs.writeFile("/kept", "kept");
  const proc = await sys.spawn(how === "spin" ? "/guest/spin.wasm" : "/guest/bad.wasm", { args: ["bad", "flood", "1"] });
  if (how === "read") void proc.stdout.pipeTo(new WritableStream());
  return true;
}

Object.assign(globalThis, { times, busy });
