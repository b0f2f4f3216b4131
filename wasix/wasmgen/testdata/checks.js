// Checks of the generated modules that need a browser: two memories, JSPI, typed references.
// Each check gets a "t" that collects failures; checks.<name>() resolves to { checked, failures }.

import { bridge, slots } from "./bridge.js";
import { clone, cloneHuge } from "./clone.js";
import { shim, signals, endings, probe } from "./shim.js";
import { runLoop } from "./run.js";

const compiled = new Map();

export function load(name) {
  if (!compiled.has(name)) compiled.set(name, WebAssembly.compileStreaming(fetch(`wasm/${name}.wasm`)));
  return compiled.get(name);
}

export async function make(name, imports) {
  return (await WebAssembly.instantiate(await load(name), imports)).exports;
}

class Tester {
  checked = 0;
  failures = [];
  equal(what, got, want) {
    this.checked++;
    if (Object.is(got, want) || show(got) === show(want)) return;
    if (this.failures.length < 20) this.failures.push(`${what}: got ${show(got)}, want ${show(want)}`);
  }
  async throws(what, type, text, f) {
    this.checked++;
    try {
      await f();
    } catch (e) {
      if (!(e instanceof type) || !String(e.message).includes(text)) this.failures.push(`${what}: threw ${e}`);
      return e;
    }
    this.failures.push(`${what}: did not throw`);
  }
}

function show(v) {
  return JSON.stringify(v, (_, x) => (typeof x === "bigint" ? `${x}n` : x));
}

// A small generator of numbers, always the same ones.
export function random(seed) {
  return (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
}

async function validate(t) {
  for (const name of await (await fetch("wasm/")).json()) {
    t.equal(name, WebAssembly.validate(await (await fetch(`wasm/${name}.wasm`)).arrayBuffer()), true);
  }
}

const all = { validate, bridge, slots, clone, cloneHuge, shim, signals, endings, probe, runLoop };
globalThis.checks = Object.fromEntries(
  Object.entries(all).map(([name, f]) => [
    name,
    async () => {
      const t = new Tester();
      try {
        await f(t);
      } catch (e) {
        t.failures.push(`${e} ${e.stack}`);
      }
      return { checked: t.checked, failures: t.failures };
    },
  ]),
);
