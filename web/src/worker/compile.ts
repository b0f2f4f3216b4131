// Compiles programs, once per content.

import type { LoadErrorKind } from "./kernel";
import { Spares } from "./spares";
import { isState, type Shim } from "./task";

/** What Go tells about a program from its first sections (jsbridge/program.go). */
export interface Inspection {
  /** The program's number. */
  id: number;
  need?: number;
  error?: { kind: LoadErrorKind; message: string };
  shim: Uint8Array;
  memory?: { min: number; max: number; shared: boolean };
  reactor: boolean;
  oldThreadPair?: boolean;
  /** The program is to be changed by rewrite: it may have raw waits, its memory is to be limited, or it imports a name twice. */
  rewrite: boolean;
  /** The name under which the memory is exported, "" when it is not. */
  memoryExport: string;
  /** How many functions it imports. */
  imports: number;
}

/** Functions that Go registers for this file. */
export interface ProgramCallbacks {
  /** `whole`: head is all there is. */
  inspect(head: Uint8Array, name: string, whole: boolean): Inspection;
  rewrite(bytes: Uint8Array): Uint8Array | null | Error;
  /** What is wrong with a program, as far as its beginning tells, or all of it (`whole`). */
  diagnose(bytes: Uint8Array, name: string, whole: boolean): Pick<Inspection, "need" | "error">;
}

/** An error of loading a program; the client turns it into a ProgramError. */
export class LoadError extends Error {
  constructor(readonly kind: LoadErrorKind, message: string) {
    super(message);
    this.name = "ProgramError";
  }
}

/** A program ready to be instantiated. */
export interface Compiled {
  id: number;
  module: WebAssembly.Module;
  shim: WebAssembly.Module;
  shims: Spares<Shim>;
  reactor: boolean;
  /** Its `_start_thread` takes the 64-bit argument as two 32-bit halves. */
  oldThreadPair: boolean;
  /** The name under which it exports its memory, "" when it does not. */
  memoryExport: string;
  /** How many functions it imports. After them the shim has those for raw waits. */
  imports: number;
  /** Limits of the memory the program imports, in pages. */
  memory?: { min: number; max: number; shared: boolean };
  hash: string;
  /** Its exported integer globals that can be set, once somebody has asked (asyncify.ts). */
  globals?: string[];
  /** Exports of the tables that it changes while it runs. */
  tables: string[];
  /** Exports of all that an instance has of its own, if instances can be used again. */
  state: string[];
  link(shim: WebAssembly.Exports, memory: WebAssembly.Memory | undefined): WebAssembly.Imports;
}

type Progress = ((loaded: number, total: number) => void) | undefined;

/** The largest module that engines compile. */
const MAX_BYTES = 1 << 30;

/**
 * Compiles source. Where it is a Response, compilation runs while bytes arrive.
 * known gives the number of a program with the same bytes, which is returned
 * instead.
 */
export async function compile(source: Response | ArrayBuffer | Uint8Array | WebAssembly.Module, name: string,
                              go: ProgramCallbacks, onProgress: Progress,
                              known: (hash: string) => number | undefined): Promise<Compiled | number> {
  if (source instanceof WebAssembly.Module)
    throw new LoadError("fetch", `${name}: give the bytes of the program, not a WebAssembly.Module: the types of its imports cannot be read from one`);
  let early: Promise<WebAssembly.Module> | undefined;
  let bytes: Uint8Array;
  if (source instanceof Response) {
    ({ bytes, early } = await read(source, name, go, onProgress));
  } else {
    bytes = source instanceof Uint8Array ? source : new Uint8Array(source);
  }
  early?.catch(() => {}); // reported below, after the clearer errors
  if (bytes.length >= MAX_BYTES) throw tooLarge(name, bytes.length);
  const hash = await digest(bytes);
  const before = known(hash);
  if (before !== undefined) return before;
  const info = inspect(bytes, name, go);
  let module: WebAssembly.Module;
  try {
    const rewritten = info.rewrite ? go.rewrite(bytes) : null;
    if (rewritten instanceof Error) throw rewritten;
    module = await (rewritten ? WebAssembly.compile(rewritten as BufferSource) : early ?? WebAssembly.compile(bytes as BufferSource));
  } catch (e) {
    // What is cut off or lies about its sizes is invalid, too, but can be told better.
    const { error } = go.diagnose(bytes, name, true);
    if (error) throw new LoadError(error.kind, error.message);
    throw new LoadError("invalid", `${name}: ${(e as Error).message}`);
  }
  // Another load of the same bytes may have come first.
  const meanwhile = known(hash);
  if (meanwhile !== undefined) return meanwhile;
  const names = WebAssembly.Module.exports(module).map((e) => e.name);
  return {
    id: info.id,
    module, hash,
    shim: new WebAssembly.Module(info.shim as BufferSource),
    shims: new Spares(),
    reactor: info.reactor,
    oldThreadPair: info.oldThreadPair ?? false,
    imports: info.imports,
    memoryExport: info.memoryExport,
    memory: info.memory,
    tables: names.filter((n) => n.startsWith("__wasix_table")),
    state: names.filter(isState),
    link: linker(module),
  };
}

function tooLarge(name: string, bytes: number): LoadError {
  return new LoadError("too-large", `${name}: ${bytes} bytes are more than engines compile (1 GiB)`);
}

/**
 * Reads a response, compiling on the way where the browser can. A download that
 * cannot become a program is given up as soon as that can be seen.
 */
async function read(r: Response, name: string, go: ProgramCallbacks, onProgress: Progress): Promise<{ bytes: Uint8Array; early?: Promise<WebAssembly.Module> }> {
  if (!r.ok) throw new LoadError("fetch", `${name}: ${r.url || "the server"} answered ${r.status} ${r.statusText}`.trimEnd());
  if (!r.body) {
    const b = new Uint8Array(await r.arrayBuffer());
    onProgress?.(b.length, b.length);
    return { bytes: b };
  }
  const total = Number(r.headers.get("content-encoding") ? 0 : r.headers.get("content-length")) || 0;
  if (total >= MAX_BYTES) {
    void r.body.cancel().catch(() => {});
    throw tooLarge(name, total);
  }
  const [one, two] = r.body.tee();
  const stop = new AbortController();
  const early = WebAssembly.compileStreaming(new Response(one.pipeThrough(new TransformStream(), { signal: stop.signal }),
    { headers: { "content-type": "application/wasm" } }));
  early.catch(() => {});
  const parts: Uint8Array[] = [];
  let n = 0;
  let look = 8; // bytes at which the next look at the beginning is due
  const reader = two.getReader();
  const giveUp = (error: LoadError): never => {
    stop.abort();
    void reader.cancel().catch(() => {});
    throw error;
  };
  for (;;) {
    const { done, value } = await reader.read().catch((e: Error) => {
      throw new LoadError("fetch", `${name}: the download broke off after ${n} bytes: ${e.message}`);
    });
    if (done) break;
    parts.push(value);
    n += value.length;
    if (n >= MAX_BYTES) giveUp(tooLarge(name, n));
    if (n >= look) {
      const { need, error } = go.diagnose(join(parts, Math.min(n, Math.max(look, 1 << 16))), name, false);
      if (error) giveUp(new LoadError(error.kind, error.message));
      look = need ? Math.max(need, 2 * n) : Infinity;
    }
    onProgress?.(n, total);
  }
  return { bytes: join(parts, n), early };
}

/** The first n bytes. */
function join(parts: Uint8Array[], n: number): Uint8Array {
  const bytes = new Uint8Array(n);
  let at = 0;
  for (const part of parts) {
    const rest = part.subarray(0, n - at);
    bytes.set(rest, at);
    at += rest.length;
  }
  return bytes;
}

/** Asks Go about the sections before the code, growing the prefix as needed. */
function inspect(bytes: Uint8Array, name: string, go: ProgramCallbacks): Inspection {
  for (let n = 1 << 16; ; ) {
    const info = go.inspect(bytes.subarray(0, n), name, n >= bytes.length);
    if (info.need && n < bytes.length) {
      n = Math.max(info.need, 2 * n);
      continue;
    }
    if (info.need)
      throw new LoadError("truncated", `${name}: the file ends after ${bytes.length} bytes, inside a section that needs ${info.need}`);
    if (info.error) throw new LoadError(info.error.kind, info.error.message);
    return info;
  }
}

/** Returns a function that makes the import object of one instance. */
function linker(module: WebAssembly.Module): Compiled["link"] {
  const imports = WebAssembly.Module.imports(module);
  return (shim, memory) => {
    const out: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null);
    let fn = 0;
    for (const i of imports) {
      const m = (out[i.module] ??= Object.create(null) as Record<string, WebAssembly.ImportValue>);
      switch (i.kind as string) {
        case "function": m[i.name] = shim[String(fn++)] as WebAssembly.ImportValue; break;
        case "memory": m[i.name] = memory!; break;
        case "tag": m[i.name] = tag() as WebAssembly.ImportValue; break;
      }
    }
    return out;
  };
}

// __c_longjmp and __cpp_exception carry one i32. One tag serves all programs:
// an exception never leaves its process.
let theTag: unknown;
function tag(): unknown {
  return (theTag ??= new WebAssembly.Tag({ parameters: ["i32"] }));
}

/** Names contents: SHA-256 where the page is a secure context, else two 53-bit hashes. */
async function digest(b: Uint8Array): Promise<string> {
  if (globalThis.crypto?.subtle) {
    const d = new Uint8Array(await crypto.subtle.digest("SHA-256", b as BufferSource));
    let s = "";
    for (const x of d) s += x.toString(16).padStart(2, "0");
    return s;
  }
  let h1 = 0xdeadbeef ^ b.length, h2 = 0x41c6ce57 ^ b.length, h3 = 0x9e3779b9, h4 = 0x85ebca6b;
  for (let i = 0; i < b.length; i++) {
    const c = b[i]!;
    h1 = Math.imul(h1 ^ c, 2654435761);
    h2 = Math.imul(h2 ^ c, 1597334677);
    h3 = Math.imul(h3 ^ c, 2246822519);
    h4 = Math.imul(h4 ^ c, 3266489917);
  }
  return [h1, h2, h3, h4, b.length].map((x) => (x >>> 0).toString(16)).join("-");
}
