// In front of the worker's script: makes transactions that write fail, as the tests ask for
// (faults in page.js). A plan is how a transaction fails, and which: every nth. With "timers"
// none fails, but what is to happen later does not.
(() => {
  let plan = null;
  let begun = 0;
  let failed = 0;
  const channel = new BroadcastChannel("faults");
  channel.onmessage = ({ data }) => {
    if (!("plan" in data)) return;
    plan = data.plan;
    begun = 0;
    channel.postMessage({ failed });
    failed = 0;
  };
  const wait = setTimeout;
  globalThis.setTimeout = (fn, ms, ...args) => wait(plan?.how === "timers" && ms > 100 ? () => {} : fn, ms, ...args);
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    const fails = mode === "readwrite" && plan && plan.how !== "timers" && ++begun % plan.every === 0;
    if (fails) failed++;
    if (fails && plan.how === "begin") throw new DOMException("injected", "UnknownError");
    const tx = begin.call(this, names, mode, options);
    if (!fails) return tx;
    const { how } = plan;
    if (how === "put") { // in turns before the first put and after it: many have only one
      const store = tx.objectStore.bind(tx);
      const end = tx.commit.bind(tx);
      const last = (failed - 1) % 2;
      let puts = 0;
      tx.commit = () => puts > last ? end() : tx.abort();
      tx.objectStore = (name) => {
        const s = store(name);
        const put = s.put.bind(s);
        s.put = (...args) => {
          if (puts++ === last) tx.abort();
          return put(...args);
        };
        return s;
      };
      return tx;
    }
    // At its end, when it is about to be written.
    if (how === "quota") Object.defineProperty(tx, "error", { get: () => new DOMException("injected", "QuotaExceededError") });
    tx.commit = () => tx.abort();
    return tx;
  };
})();
