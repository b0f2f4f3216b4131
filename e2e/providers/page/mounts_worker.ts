// Runs the conformance suite in a worker, where OPFS has handles that answer at
// once: on OPFS, and on a directory such as the user picks.

import { openTree } from "../../../web/src/providers/main";
import type { Answer, Tree } from "../../../web/src/providers/tree";
import openMount from "../../../web/src/mounts/main";
import type { ProviderHost } from "../../../web/src/wasix-web";
// @ts-expect-error: Go's own glue
import "./wasm_exec.js";

interface Suite {
  runCase(how: string, i: number, done: (r: unknown) => void): void;
  caseNames: string[];
  suiteNow(): string;
  theMount?: (options: unknown, host: ProviderHost) => unknown;
}

const suite = globalThis as unknown as Suite;
let count = 0;

/** What Go calls in the place of the worker's openProvider. */
function open(how: string, _name: string, answer: Answer, done: (tree: Tree | null, errno: number, message: string) => void): void {
  const warn = (message: string) => console.error(`warning: ${message}`);
  const opening = (async () => {
    const name = `suite-${++count}`;
    const top = await navigator.storage.getDirectory();
    const options = how === "directory" ? { directory: await top.getDirectoryHandle(name, { create: true }) } : { opfs: `/${name}/` };
    suite.theMount = openMount;
    const module = "data:text/javascript,export default (options, host) => globalThis.theMount(options, host)";
    return openTree({ given: { module, options }, name: "suite", page: () => Promise.reject(new Error("no page")), answer, warn });
  })();
  opening.then((tree) => done(tree, 0, ""), (e: Error & { errno?: number }) => done(null, e.errno ?? 28, e.message));
}

/** Times of files are the case's. */
const realNow = Date.now;
Date.now = () => Number(suite.suiteNow?.() || 0) / 1e6 || realNow();

const loaded = (async () => {
  const go = new (globalThis as unknown as { Go: new () => { importObject: WebAssembly.Imports; run(i: WebAssembly.Instance): Promise<void> } }).Go();
  Object.assign(globalThis, { openProvider: open });
  go.importObject.bridge = new Proxy({}, { get: (_, name) => () => { throw new Error(`bridge.${String(name)} was called`); } });
  const { instance } = await WebAssembly.instantiateStreaming(fetch("suite.wasm"), go.importObject);
  void go.run(instance).catch((e: unknown) => console.error(e));
})();

onmessage = async ({ data: [how, i] }: MessageEvent<[string, number]>) => {
  await loaded;
  if (i < 0) return postMessage(suite.caseNames);
  const result = await new Promise((resolve) => suite.runCase(how, i, resolve));
  const top = await navigator.storage.getDirectory();
  for await (const name of (top as unknown as { keys(): AsyncIterable<string> }).keys()) {
    // The browser lets go of a file some time after it has been closed.
    for (let left = 100; ; left--) {
      try {
        await top.removeEntry(name, { recursive: true });
        break;
      } catch (e) {
        if (left > 0) await new Promise((r) => setTimeout(r, 20));
        else (result as { failures: string[] }).failures.push(`${name} is still in use: ${String(e)}`);
        if (left === 0) break;
      }
    }
  }
  postMessage(result);
};
