// What is said of a guest that ended by an exception.

export function isException(e: unknown): boolean {
  return typeof WebAssembly.Exception === "function" && e instanceof WebAssembly.Exception;
}

/** The engine's words for a trap, and the wasm stack without our own frames. */
export function trapMessage(e: unknown): string {
  if (isException(e)) return "uncaught exception thrown by the program";
  if (!(e instanceof Error)) return String(e);
  const what = e instanceof RangeError ? "stack overflow: " + e.message : e.message;
  const frames = (e.stack ?? "").split("\n").filter((l) => /wasm-function|wasm:/.test(l) && !/\(wasm:\/\/wasm\/[0-9a-f]*run/.test(l));
  return [what, ...frames.slice(0, 50)].join("\n");
}

/** Whether code of a guest has thrown it, and not the engine while it made an instance. */
export function inGuest(e: unknown): boolean {
  return e instanceof Error && /wasm-function/.test(e.stack ?? "");
}

export function startError(e: unknown): string {
  if (e instanceof RangeError) return `out of memory: ${e.message}`;
  if (e instanceof WebAssembly.LinkError) return `link error: ${e.message}`;
  if (e instanceof Error) return e.message;
  return String(e);
}
