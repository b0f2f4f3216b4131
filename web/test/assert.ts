// What the tests in this directory say.

export function equal<T>(got: T, want: T, what = "value"): void {
  const g = show(got), w = show(want);
  if (g !== w) throw new Error(`${what} is ${g}, not ${w}`);
}

export function ok(value: unknown, what: string): void {
  if (!value) throw new Error(what);
}

/** rejects returns what the promise rejects with, which must be of that class and say so. */
export async function rejects<E extends Error>(promise: Promise<unknown>, type: new (...args: never[]) => E, words: RegExp): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (!(error instanceof type)) throw new Error(`rejected with ${String(error)}, which is no ${type.name}`);
    if (!words.test(error.message)) throw new Error(`the message ${JSON.stringify(error.message)} does not match ${String(words)}`);
    return error;
  }
  throw new Error(`resolved with ${show(value)}; a ${type.name} was expected`);
}

export async function text(stream: ReadableStream<Uint8Array>): Promise<string> {
  // Not through a Response: that takes no stream that has been read from.
  const decoder = new TextDecoder();
  let all = "";
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) all += decoder.decode(next.value, { stream: true });
  return all + decoder.decode();
}

function show(value: unknown): string {
  return value instanceof Uint8Array ? `[${value.join(" ")}]` : JSON.stringify(value) ?? String(value);
}
