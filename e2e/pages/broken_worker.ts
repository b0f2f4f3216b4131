// A worker whose kernel comes to grief: the worker script of the bundle, in a
// world that has been tampered with. The product has nothing for it.

/// <reference lib="webworker" />

const how = new URL(self.location.href).searchParams.get("how");
const real = WebAssembly.Instance;

switch (how) {
  case "no-jspi":
    delete (WebAssembly as unknown as Record<string, unknown>).Suspending;
    break;
  // Guests introduce themselves under a number that no task has: Go's index is out
  // of range, in an export that was called from a guest's stack.
  case "in-a-call":
    WebAssembly.Instance = new Proxy(real, {
      construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports | undefined]) {
        if (imports?.k?.tid) imports = { ...imports, k: { ...imports.k, tid: new WebAssembly.Global({ value: "i32" }, 1 << 20) } };
        return new target(module, imports);
      },
    });
    break;
  // A call of the page's arrives without its arguments.
  case "in-a-message": {
    interface Port { calls: Record<string, (...args: unknown[]) => unknown> }
    let boot: { ready(port: Port): void };
    Object.defineProperty(globalThis, "__wasixBoot", {
      get: () => boot,
      set: (value: typeof boot) => {
        const { ready } = value;
        boot = { ...value, ready: (port) => ready({ ...port, calls: { ...port.calls, kill: () => port.calls.kill!() } }) };
      },
    });
    break;
  }
}

importScripts("/wasix-web.worker.js");
