// Programs, files and text in the forms a page has them, made ready for the worker.

import type { WireFiles, WireSource } from "../protocol";
import type { Bytes, Files, ProgramFile, ProgramSource } from "../wasix-web";
import { ProgramError } from "./errors";

const encoder = new TextEncoder();

/** A source with the name that messages call it by. */
export interface Wired {
  source: WireSource;
  name: string;
  transfer: Transferable[];
}

/** wireSource makes a source ready to post. Bytes are copied by the post itself. */
export async function wireSource(given: ProgramSource, name?: string): Promise<Wired> {
  let source: unknown = given;
  if (isThenable(source)) {
    try {
      source = await source;
    } catch (cause) {
      throw new ProgramError("fetch", `${name ?? "program"}: cannot be fetched: ${messageOf(cause)}`, { cause });
    }
  }
  if (typeof source === "string" || source instanceof URL) {
    const url = absolute(source);
    return { source: { url: url.href }, name: name ?? baseName(url.pathname), transfer: [] };
  }
  if (source instanceof Response) return wireResponse(source, name);
  if (source instanceof Blob) {
    const called = (source as Partial<File>).name;
    return { source: { blob: source }, name: name ?? called ?? "program", transfer: [] };
  }
  if (source instanceof ArrayBuffer) return { source: { bytes: new Uint8Array(source) }, name: name ?? "program", transfer: [] };
  if (ArrayBuffer.isView(source)) return { source: { bytes: viewBytes(source) }, name: name ?? "program", transfer: [] };
  if (source instanceof WebAssembly.Module) return { source: { module: source }, name: name ?? "program", transfer: [] };
  throw new TypeError(`a program must be a URL, a Response, bytes or a Blob, not ${describe(source)}`);
}

async function wireResponse(response: Response, name?: string): Promise<Wired> {
  name ??= response.url ? baseName(new URL(response.url).pathname) : "program";
  if (!response.ok) {
    const from = response.url || "the server";
    throw new ProgramError("fetch", `${name}: ${from} answered ${response.status} ${response.statusText}`.trimEnd());
  }
  if (response.bodyUsed) throw new ProgramError("fetch", `${name}: the body of the Response has been read already`);
  if (response.body && streamsTransfer()) {
    return { source: { stream: response.body, total: contentLength(response) }, name, transfer: [response.body] };
  }
  try {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { source: { bytes }, name, transfer: [bytes.buffer] };
  } catch (cause) {
    throw new ProgramError("fetch", `${name}: the download broke off: ${messageOf(cause)}`, { cause });
  }
}

/** The length of a body as it will be read; 0 when a content encoding hides it. */
export function contentLength(response: Response): number {
  return (!response.headers.get("content-encoding") && Number(response.headers.get("content-length"))) || 0;
}

let transfers: boolean | undefined;

/** Whether this browser can hand a stream to a worker. */
export function streamsTransfer(): boolean {
  if (transfers === undefined) {
    try {
      const stream = new ReadableStream();
      structuredClone(stream, { transfer: [stream] });
      transfers = true;
    } catch {
      transfers = false;
    }
  }
  return transfers;
}

/** toBytes encodes text and unwraps views. A Blob stays one: the worker can read it. */
export function toBytes(data: Bytes): Uint8Array | Blob {
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof Blob) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return viewBytes(data);
  throw new TypeError(`contents must be a string, bytes or a Blob, not ${describe(data)}`);
}

function viewBytes(view: ArrayBufferView): Uint8Array {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  // Posting a view posts its whole buffer, and shared memory cannot be posted everywhere.
  const whole = bytes.byteLength === bytes.buffer.byteLength;
  return whole && bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
}

/** wireFiles makes files ready to post, relative paths put under cwd. */
export function wireFiles(files: Files | undefined, cwd = "/"): WireFiles {
  return Object.entries(files ?? {}).map(([path, data]) => {
    if (!path) throw new TypeError("files: a path is empty");
    const full = path.startsWith("/") ? path : `${cwd === "/" ? "" : cwd}/${path}`;
    return [full, data === null ? null : toBytes(data)];
  });
}

/** Tells a program, given where something is to be mounted, from a file system. */
export function isProgram(x: unknown): x is ProgramFile {
  return x instanceof Response || x instanceof URL || x instanceof Blob || x instanceof ArrayBuffer || ArrayBuffer.isView(x) || isThenable(x);
}

/** programFile returns what the file is to hold. */
export async function programFile(path: string, given: ProgramFile): Promise<Blob> {
  try {
    let source = await given;
    if (source instanceof URL) source = await fetch(source);
    if (!(source instanceof Response)) return new Blob([source as BlobPart]);
    if (!source.ok) throw new Error(`${source.url || "the server"} answered ${source.status} ${source.statusText}`.trimEnd());
    return await source.blob();
  } catch (cause) {
    throw new ProgramError("fetch", `${path}: ${messageOf(cause)}`, { cause });
  }
}

/** absolute resolves a URL against the page. */
export function absolute(url: string | URL): URL {
  const base = typeof document === "object" ? document.baseURI : self.location.href;
  try {
    return new URL(url, base);
  } catch {
    throw new TypeError(`not a URL: ${url}`);
  }
}

function baseName(path: string): string {
  const last = path.slice(path.lastIndexOf("/") + 1).replace(/\.wasm$/, "");
  try {
    return decodeURIComponent(last) || "program";
  } catch {
    return last;
  }
}

function isThenable(x: unknown): x is PromiseLike<unknown> {
  return typeof x === "object" && x !== null && typeof (x as PromiseLike<unknown>).then === "function";
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function describe(x: unknown): string {
  return x === null ? "null" : typeof x === "object" ? (x.constructor?.name ?? "an object") : typeof x;
}
