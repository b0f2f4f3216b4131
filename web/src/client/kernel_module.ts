// The kernel's code, compiled once per page: later systems and restarts share
// it, and the worker's script can load meanwhile.

const compiled = new Map<string, Promise<WebAssembly.Module | undefined>>();

type ProgressFn = (loaded: number, total: number) => void;

/**
 * compiledKernel compiles the file at url. It resolves with undefined when this
 * page cannot: the worker then tries by itself, under its own policy, and
 * reports what is wrong.
 */
export function compiledKernel(url: string, progress?: ProgressFn): Promise<WebAssembly.Module | undefined> {
  let module = compiled.get(url);
  if (!module) {
    module = compile(url, progress).catch(() => {
      compiled.delete(url);
      return undefined;
    });
    compiled.set(url, module);
  }
  return module;
}

async function compile(url: string, progress?: ProgressFn): Promise<WebAssembly.Module | undefined> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(String(response.status));
  // Handed over as it came, the browser can use the code it kept from last time.
  if (!progress || !response.body) return WebAssembly.compileStreaming(response);
  const total = (!response.headers.get("content-encoding") && Number(response.headers.get("content-length"))) || 0;
  let loaded = 0;
  const counted = response.body.pipeThrough(new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      progress((loaded += chunk.length), total);
      controller.enqueue(chunk);
    },
  }));
  return WebAssembly.compileStreaming(new Response(counted, { headers: { "content-type": "application/wasm" } }));
}
