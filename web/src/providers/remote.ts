// A provider that lives on the page, as an object in the worker: each method
// asks the page and returns a Promise.

import type { FilesystemProvider } from "../wasix-web";

/** Calls a method of something on the page. */
export type CallPage = (target: number, method: string, args: unknown[]) => Promise<unknown>;

/** What the page tells of a provider. */
export interface Remote {
  target: number;
  methods: string[];
  readOnly: boolean;
}

export function remote({ target, methods, readOnly }: Remote, page: CallPage): FilesystemProvider {
  const provider: Record<string, unknown> = { readOnly };
  for (const method of methods) {
    if (method === "fill") {
      provider.fill = async (into: Uint8Array) => {
        const [, bytes] = (await page(target, method, [into.length])) as [unknown, Uint8Array];
        into.set(bytes);
      };
      continue;
    }
    provider[method] = fills(method)
      // Memory cannot be lent across: the page fills buffers of its own.
      ? async (fd: number, [into]: [Uint8Array], ...rest: unknown[]) => {
        const [n, bytes] = (await page(target, method, [fd, into.length, ...rest])) as [unknown, Uint8Array];
        into.set(bytes);
        return n;
      }
      : (...args: unknown[]) => page(target, method, args);
  }
  return provider as unknown as FilesystemProvider;
}

function fills(method: string): boolean {
  return method === "fdRead" || method === "fdPread";
}
