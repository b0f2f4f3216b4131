import { make } from "./checks.js";

const noSink = { k: { sink() { throw new Error("the probe was taken at its word"); } } };

// A guest behind its shim. Go's exports, next_signal and resumed answer from a script; block parks until wake() is called.
// The log has every call in order.
async function guest(t, script) {
  const log = [];
  const answer = (name) => (...args) => {
    log.push(`${name} ${args.join(" ")}`);
    if (!script.length) throw new Error(`${name}: script has ended`);
    return script.shift();
  };
  const g = { log, parked: [] };
  const block = new WebAssembly.Suspending((tid) => {
    log.push(`block ${tid}`);
    return new Promise((resolve, reject) => g.parked.push({ resolve, reject }));
  });
  const probe = await make("probe", noSink);
  const sig = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  const shim = await make("shim", {
    go: { read: answer("read"), write: answer("write") },
    k: { probe: probe.probe, yields: new WebAssembly.Global({ value: "i32", mutable: true }, 0), tid: new WebAssembly.Global({ value: "i32" }, 7), block, resumed: answer("resumed"), next_signal: answer("next_signal"), sig },
  });
  Object.assign(g, await make("guest", { i: shim }));
  sig.set(0, g.handler);
  g.start = WebAssembly.promising(g.start);
  g.guarded = WebAssembly.promising(g.guarded);
  return g;
}

const turn = () => new Promise((r) => { const c = new MessageChannel(); c.port1.onmessage = r; c.port2.postMessage(0); });
const WithSignals = (errno) => -(2 ** 31) + 2 ** 17 + errno;

export async function shim(t) {
  let g = await guest(t, [5]);
  await g.start();
  t.equal("result", g.result.value, 5);
  t.equal("calls", g.log, ["read 7 33"]);

  g = await guest(t, [-1, -1, 44]);
  const done = g.start();
  await turn();
  t.equal("parked", [g.log, g.parked.length, g.result.value], [["read 7 33", "block 7"], 1, 0]);
  g.parked.shift().resolve();
  await turn();
  t.equal("parked again", g.log, ["read 7 33", "block 7", "resumed 7", "block 7"]);
  g.parked.shift().resolve();
  await done;
  t.equal("resumed", [g.result.value, g.log.at(-1)], [44, "resumed 7"]);
}

// A handler that itself makes a call that blocks.
export async function signals(t) {
  const g = await guest(t, [WithSignals(27), 2, -1, 0, 15, 1, 0]);
  const done = g.start();
  await turn();
  t.equal("handler is parked", [g.log, g.seen.value], [["read 7 33", "next_signal 7", "write 7 2", "block 7"], 2]);
  g.parked.shift().resolve();
  await done;
  t.equal("both were delivered, then the call ended", [g.seen.value, g.result.value], [215, 27]);
  t.equal("calls", g.log.slice(4), ["resumed 7", "next_signal 7", "write 7 15", "next_signal 7"]);
}

// How a task ends: at a call, at a wake-up, and from outside; no handler in the guest sees any of it.
export async function endings(t) {
  let g = await guest(t, [-2]);
  await t.throws("end", WebAssembly.RuntimeError, "unreachable", () => g.guarded());
  t.equal("catch_all did not run", [g.caught.value, g.result.value], [0, 0]);

  g = await guest(t, [-1, -2]);
  let done = g.guarded();
  await turn();
  g.parked.shift().resolve();
  await t.throws("end at wake-up", WebAssembly.RuntimeError, "unreachable", () => done);
  t.equal("catch_all did not run after a wake-up", g.caught.value, 0);

  const { trap } = await make("run loop", { k: { after: () => 0 } });
  const object = await t.throws("trap", WebAssembly.RuntimeError, "unreachable", () => trap());
  g = await guest(t, [-1]);
  done = g.guarded();
  await turn();
  g.parked.shift().reject(object);
  const e = await t.throws("rejected with a trap", WebAssembly.RuntimeError, "unreachable", () => done);
  t.equal("the same object comes out", e === object, true);
  t.equal("catch_all did not run for a rejection", g.caught.value, 0);

  // The counter-check: any other error is caught by the guest.
  g = await guest(t, [-1]);
  done = g.guarded();
  await turn();
  g.parked.shift().reject(new Error("other"));
  await done;
  t.equal("catch_all ran", g.caught.value, 1);
}

// The probe needs its frame, also when the engine has optimized it: a recursion that probes ends earlier.
export async function probe(t) {
  const { probe } = await make("probe", noSink);
  const deep = async (name, jspi) => {
    const x = await make("recursion", { k: { probe } });
    await t.throws(name, RangeError, "stack", () => (jspi ? WebAssembly.promising(x[name]) : x[name])());
    return x.depth.value;
  };
  const early = async (when) => {
    for (const jspi of [false, true]) {
      const [plain, probed] = [await deep("plain", jspi), await deep("probed", jspi)];
      // Each level takes some 50 bytes of stack, and the frame is 32 KiB.
      t.equal(`${when}, ${jspi ? "suspendable" : "plain"}: ${probed} of ${plain} levels`, probed < plain - 100, true);
    }
  };
  await deep("plain", false); // the compiler that comes first makes larger frames
  await early("at first");
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 500_000; i++) probe(0);
    await turn();
  }
  await early("optimized");
}
