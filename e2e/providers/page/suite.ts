// The providers on which the conformance suite runs: one file system, which
// answers in several ways.

import { Providers } from "../../../web/src/client/providers";
import type { ToPage, ToWorker } from "../../../web/src/protocol";
import { openTree } from "../../../web/src/providers/main";
import type { Answer, Tree } from "../../../web/src/providers/tree";
import type { FilesystemProvider } from "../../../web/src/wasix-web";
import { like, Memory } from "./memory";

interface Suite {
  runCase(how: string, i: number, done: (r: unknown) => void): void;
  caseNames: string[];
  suiteNow(): string;
}

const suite = globalThis as unknown as Suite;

let calls = 0;

/** What @runno/wasi has is what every provider has. */
const optional = ["fdPread", "fdPwrite", "fdTell", "fdSync", "fdDatasync", "fdFilestatSetSize", "fdFilestatSetTimes", "pathFilestatSetTimes", "pathLink",
  "pathSymlink", "pathReadlink", "close"];

const ways: Record<string, (memory: Memory) => FilesystemProvider> = {
  sync: (memory) => memory,
  late: (memory) => like(memory, async (_, call) => call()),
  // Now at once, now with a Promise, and nobody can know when.
  mixed: (memory) => like(memory, (_, call) => ++calls * 2654435761 % 4294967296 < 1 << 30 ? Promise.resolve().then(call) : call()),
  lacking: (memory) => like(memory, (_, call) => call(), optional),
  page: (memory) => memory,
};

const made: Memory[] = [];

/** What Go calls in the place of the worker's openProvider. */
function open(how: string, _name: string, answer: Answer, done: (tree: Tree | null, errno: number, message: string) => void): void {
  const memory = new Memory(() => BigInt(suite.suiteNow()));
  made.push(memory);
  const warn = (message: string) => {
    throw new Error(`warning: ${message}`);
  };
  const provider = ways[how]!(memory);
  const page = new Providers(() => "");
  const given = page.wire(provider, "pathOpen", how === "lacking" ? Object.getOwnPropertyNames(Memory.prototype).filter((m) => !optional.includes(m)) : all)!;
  if (!("target" in given)) throw new Error("not a provider");
  const calling = how === "page"
    ? (target: number, method: string, args: unknown[]) => new Promise((resolve, reject) => {
      const message = structuredClone<ToPage>({ t: "callback", id: 1, target, method, args }) as Extract<ToPage, { t: "callback" }>;
      void page.answer(message, (reply: ToWorker, transfer) => {
        const r = structuredClone(reply, { transfer: transfer ?? [] }) as Extract<ToWorker, { t: "reply" }>;
        if (r.error) reject(r.error);
        else resolve(r.value);
      });
    })
    : (_: number, method: string, args: unknown[]) => {
      const fn = (provider as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!;
      return fn.apply(provider, args) as Promise<unknown>;
    };
  const opening = how === "page"
    ? openTree({ given, name: "suite", page: calling, answer, warn })
    : direct(provider, answer, warn);
  opening.then((tree) => done(tree, 0, ""), (e: Error & { errno?: number }) => done(null, e.errno ?? 28, e.message));
}

const all = Object.getOwnPropertyNames(Memory.prototype);

// As a module in the worker makes it.
async function direct(provider: FilesystemProvider, answer: Answer, warn: (message: string) => void): Promise<Tree> {
  (globalThis as unknown as { theProvider: unknown }).theProvider = provider;
  const module = `data:text/javascript,export default () => globalThis.theProvider`;
  return openTree({ given: { module, options: undefined }, name: "suite", page: () => Promise.reject(new Error("no page")), answer, warn });
}

const loaded = (async () => {
  const go = new (globalThis as unknown as { Go: new () => { importObject: WebAssembly.Imports; run(i: WebAssembly.Instance): Promise<void> } }).Go();
  Object.assign(globalThis, { openProvider: open });
  // There are no guests, and so no memory of theirs to reach.
  go.importObject.bridge = new Proxy({}, { get: (_, name) => () => { throw new Error(`bridge.${String(name)} was called`); } });
  const { instance } = await WebAssembly.instantiateStreaming(fetch("suite.wasm"), go.importObject);
  void go.run(instance).catch((e: unknown) => console.error(e));
})();

Object.assign(globalThis, {
  start: async () => {
    await loaded;
    return suite.caseNames;
  },
  run: (how: string, i: number) => new Promise((resolve) => suite.runCase(how, i, resolve)),
  /** How many descriptors of providers are open, and forgets them. */
  leaked: () => made.splice(0).reduce((n, memory) => n + memory.open, 0),
});
