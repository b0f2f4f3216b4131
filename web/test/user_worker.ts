// A worker of a user's own that runs programs.
import { WASIX } from "../src/client/index";

async function main(): Promise<unknown> {
  const program = (...steps: unknown[]) => new TextEncoder().encode(JSON.stringify(steps));
  const assets = { worker: "/fake_worker.js", wasm: new ArrayBuffer(8) };
  const sys = await WASIX.create({ assets });
  const { stdout } = await sys.run(program(["cat"]), { stdin: "from inside" });
  await sys.close();
  const second = await WASIX.run(program(["exit", 3]), { assets });
  return { stdout, second: second.exitCode };
}

main().then((answer) => self.postMessage(answer), (error) => self.postMessage(String(error)));
