// Starts the kernel: instantiates the Go program and joins it with the engine.

import "go:wasm_exec";
import { GuestEngine, type EngineCallbacks, type GoExports, type Modules } from "./engine";
import { afterRestart, openDatabase } from "./idb";
import { openAsked, opener } from "./providers";
import type { Boot, Host, Kernel, KernelConfig, SpawnSpec } from "./kernel";
import { outgoing, refusal } from "./outgoing";
import { packSpec } from "./pack";

/** Generated modules as base64, put in by the build (web/bundle/trampolines.go). */
declare const WASIX_MODULES: Record<"trampolines" | "clock" | keyof Modules, string>;

/** What Go hands over once it runs (jsbridge/port.go). */
interface Port {
  engine: EngineCallbacks;
  /** Each returns its value or an Error. */
  calls: Record<string, (...args: unknown[]) => unknown>;
  /** Each takes a last argument that is called with the value or an Error. */
  async: Record<string, (...args: unknown[]) => void>;
}

const JSPI = "this browser cannot suspend WebAssembly (JSPI): Chrome and Edge 137, Firefox 153 or newer can";

/** True where the browser has what the kernel needs. */
export function supported(): boolean {
  return typeof (WebAssembly as unknown as Record<string, unknown>).Suspending === "function";
}

export const boot: Boot = async (config, host, assets, onProgress) => {
  if (config.restart) afterRestart();
  if (!supported()) throw Object.assign(new Error(JSPI), { kind: "no-jspi" });
  const module = await compileKernel(assets.wasm, onProgress);
  const asked = await openAsked(config, host);
  const trampolines = new WebAssembly.Instance(new WebAssembly.Module(decode(WASIX_MODULES.trampolines)));
  const go = new Go();
  go.env = { GOGC: "off" }; // see jsbridge/gc.go
  const fault = faults(go, host);
  const engine = new GuestEngine(trampolines.exports, () => go._resume());
  let exports: GoExports | undefined;
  const memory = () => exports!.mem;
  const imports: WebAssembly.Imports = { bridge: trampolines.exports, host: { ...engine.imports(memory), ...outgoing(host, memory) } };
  const clock = new WebAssembly.Instance(new WebAssembly.Module(decode(WASIX_MODULES.clock)), imports).exports;
  Object.assign(go.importObject, imports, { clock });
  const instance = await WebAssembly.instantiate(module, go.importObject);
  exports = instance.exports as unknown as GoExports;
  const port = await new Promise<Port>((resolve, reject) => {
    (globalThis as Record<string, unknown>).__wasixBoot = { config: plain(config), openProvider: opener(host), ...asked, ready: resolve,
      openDatabase: (...[name, readOnly, answer, warn, done]: Parameters<typeof openDatabase>) => openDatabase(name, readOnly, answer, warn, done, exports!.stored),
      load: (bytes: Uint8Array, name: string, done: (r: number | string) => void) => engine.loadFile(bytes, name, done) };
    go.run(instance).then(() => {
      const e = fault("the kernel ended");
      reject(e);
    }, (e: Error) => { fault(e.message); reject(e); });
  });
  const generated = (name: keyof Modules) => new WebAssembly.Module(decode(WASIX_MODULES[name]));
  engine.attach(exports, port.engine, {
    runLoop: generated("runLoop"), probe: generated("probe"),
    bridge: generated("bridge"), bridgeShared: generated("bridgeShared"),
    clone: generated("clone"), cloneShared: generated("cloneShared"),
  }, clock);
  return { kernel: kernel(port, engine, exports), engine };
};

// A kernel that panics calls exit from inside one of its own functions: nothing
// can be trusted afterwards. The page is told and ends this worker.
function faults(go: Go, host: Host): (why: string) => Error {
  let output = "";
  let dead: Error | undefined;
  const decoder = new TextDecoder();
  const fault = (why: string): Error => {
    if (!dead) {
      dead = new Error(`the kernel failed: ${(output || why).trim().slice(0, 4000)}`);
      host.fault(dead.message);
    }
    return dead;
  };
  (globalThis as unknown as { fs: { writeSync(fd: number, b: Uint8Array): number } }).fs.writeSync = (_fd, b) => {
    // The beginning says why; goroutines follow.
    if (output.length < 4000) output += decoder.decode(b);
    return b.length;
  };
  go.exit = (code: number) => { throw fault(`exit code ${code}`); };
  return fault;
}

async function compileKernel(source: Response | ArrayBuffer | WebAssembly.Module, onProgress?: (loaded: number, total: number) => void): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (!(source instanceof Response)) return WebAssembly.compile(source);
  if (!source.ok) throw new Error(`${source.url}: the server answered ${source.status}`);
  let body = source.body;
  if (body && onProgress) {
    const total = Number(source.headers.get("content-encoding") ? 0 : source.headers.get("content-length")) || 0;
    let loaded = 0;
    body = body.pipeThrough(new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, c) {
        onProgress(loaded += chunk.length, total);
        c.enqueue(chunk);
      },
    }));
  }
  return WebAssembly.compileStreaming(new Response(body, { headers: { "content-type": "application/wasm" } }));
}

function kernel(port: Port, engine: GuestEngine, go: GoExports): Kernel {
  const out: Record<string, unknown> = {};
  for (const [name, fn] of Object.entries(port.calls))
    out[name] = (...args: unknown[]) => {
      const r = fn(...args);
      if (r instanceof Error) throw r;
      return r;
    };
  for (const [name, fn] of Object.entries(port.async))
    out[name] = (...args: unknown[]) => new Promise((resolve, reject) =>
      fn(...args, (r: unknown) => r instanceof Error ? reject(r) : resolve(r)));
  const accepted = (r: number): number => {
    if (r < 0) throw refusal.error;
    return r;
  };
  const prepare = out.prepare as (packed: string) => Promise<number>;
  const encoder = new TextEncoder();
  out.prepare = (spec: SpawnSpec) => {
    const packed = packSpec(spec), bytes = encoder.encode(packed);
    const at = go.port_buffer(bytes.length);
    new Uint8Array(go.mem.buffer, at >>> 0, bytes.length).set(bytes);
    return accepted(go.port_prepare()) || prepare(packed);
  };
  out.launch = (pid: number) => void accepted(go.port_launch(pid));
  const slot = out.slot as (pid: number) => number;
  const live = out.live as () => ReturnType<Kernel["live"]>;
  out.call = async (pid: number, name: string, args: unknown[]) => engine.call(pid, slot(pid), name, args);
  out.live = () => {
    const l = live();
    return { ...l, threads: Math.max(l.threads, engine.stacks()), memories: engine.memories() };
  };
  return out as unknown as Kernel;
}

function plain(c: KernelConfig): KernelConfig { return { ...c }; }

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
