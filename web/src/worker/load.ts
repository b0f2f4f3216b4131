// Fetches programs and the kernel's own file.

import type { WireSource, WireWasm } from "../protocol";

/** What Engine.load takes. */
export type Loadable = Response | ArrayBuffer | Uint8Array | WebAssembly.Module;

/** fetchable opens a source that is not loaded yet. Errors have kind "fetch" and name the program. */
export async function fetchable(source: Exclude<WireSource, { program: number }>, name: string, signal: AbortSignal): Promise<Loadable> {
  if ("bytes" in source) return source.bytes;
  if ("module" in source) return source.module;
  if ("stream" in source) {
    const headers: Record<string, string> = { "content-type": "application/wasm" };
    if (source.total > 0) headers["content-length"] = String(source.total);
    return new Response(source.stream as ReadableStream<Uint8Array<ArrayBuffer>>, { headers });
  }
  try {
    if ("blob" in source) return await source.blob.arrayBuffer();
    return await fetch(source.url, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    const from = "url" in source ? source.url : "its Blob";
    throw failure("fetch", `${name}: cannot be fetched from ${from}: ${(cause as Error).message}`);
  }
}

/** kernelFile opens wasix-web.wasm. */
export async function kernelFile(wasm: WireWasm): Promise<Response | ArrayBuffer | WebAssembly.Module> {
  if ("module" in wasm) return wasm.module;
  if ("bytes" in wasm) return wasm.bytes;
  let response: Response;
  try {
    response = await fetch(wasm.url);
  } catch (cause) {
    throw failure("load", `cannot load ${wasm.url}: ${(cause as Error).message}`);
  }
  if (!response.ok) throw failure("load", `cannot load ${wasm.url}: the server answered ${response.status} ${response.statusText}`.trimEnd());
  return response;
}

function failure(kind: string, message: string): Error {
  return Object.assign(new Error(message), { kind });
}
