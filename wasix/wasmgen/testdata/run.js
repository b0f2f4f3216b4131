import { make } from "./checks.js";

export async function runLoop(t) {
  const log = [];
  const again = [];
  const loop = await make("run loop", { k: { after: (task) => { log.push(task); return again.shift() ?? 0; } } });
  const entries = await make("entries");
  const calls = () => [entries.count.value, entries.a.value, entries.b.value];

  await WebAssembly.promising(loop.run)(entries.none, 3);
  t.equal("run", [calls(), log.splice(0)], [[1, 0n, 0], [3]]);
  again.push(1, -1, 0);
  await WebAssembly.promising(loop.run_i32)(entries.i32, 4, -9);
  t.equal("run_i32, entered three times", [calls(), log.splice(0)], [[4, -9n, 0], [4, 4, 4]]);
  await WebAssembly.promising(loop.run_i64)(entries.i64, 5, 2n ** 40n);
  t.equal("run_i64", [calls(), log.splice(0)], [[5, 2n ** 40n, 0], [5]]);
  await WebAssembly.promising(loop.run_i32_i32)(entries.i32_i32, 6, 11, 22);
  t.equal("run_i32_i32", [calls(), log.splice(0)], [[6, 11n, 22], [6]]);

  await t.throws("entry of another type", TypeError, "", () => WebAssembly.promising(loop.run)(entries.i32, 1));
  await t.throws("a JavaScript function", TypeError, "", () => WebAssembly.promising(loop.run)(() => {}, 1));
  await t.throws("null", WebAssembly.RuntimeError, "", () => WebAssembly.promising(loop.run)(null, 1));
  await t.throws("trap", WebAssembly.RuntimeError, "unreachable", () => loop.trap());
  t.equal("after was not called", log, []);
}
