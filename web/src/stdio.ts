// What the page's functions and modules in the worker have in common that take
// a program's output or give it its input.

import type { Awaitable, InputProvider, OutputProvider, StdinFunction, StdoutFunction } from "./wasix-web";

/** About how many bytes a program is given at a time. */
export const piece = 64 << 10;

/** A function as a provider: what it takes is text, in which no character is cut in two. */
export function textual(take: StdoutFunction): OutputProvider {
  const decoder = new TextDecoder();
  const tell = (text: string) => (text ? take(text) : undefined);
  return { write: (data) => tell(decoder.decode(data, { stream: true })), close: () => tell(decoder.decode()) as Awaitable<void> };
}

export function outputOf(given: StdoutFunction | OutputProvider): OutputProvider {
  return typeof given === "function" ? textual(given) : given;
}

export function inputOf(given: StdinFunction | InputProvider): InputProvider {
  return typeof given === "function" ? { read: given } : given;
}

/** What input was given, as bytes of our own; none at the end. */
export function bytesOf(given: unknown): Uint8Array {
  if (given === null || given === undefined) return new Uint8Array(0);
  if (typeof given === "string") return new TextEncoder().encode(given);
  if (given instanceof ArrayBuffer) return new Uint8Array(given).slice();
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
  throw new TypeError("stdin takes Uint8Array or string");
}
