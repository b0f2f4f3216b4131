// Standard streams that a module in the worker serves. options.what says how.

import type { InputProvider, OutputProvider, ProviderHost, StdoutFunction } from "../../../web/src/wasix-web";

interface Options {
  what: string;
  /** Answers come later. */
  late?: boolean;
}

const after = <T>(late: boolean | undefined, fn: () => T): T | Promise<T> => (late ? new Promise((resolve) => setTimeout(resolve, 1)).then(fn) : fn());

export default function make({ what, late }: Options, host: ProviderHost): InputProvider | OutputProvider | StdoutFunction {
  const rest: (string | Uint8Array | null)[] = ["one\n", new TextEncoder().encode("two\nthree"), "\n", null];
  switch (what) {
    case "in":
      return { read: () => after(late, () => rest.shift()), close: () => host.warn("closed in") };
    case "failing in":
      return { read: () => after(late, () => { throw new host.WASIXError("EPERM"); }) };
    case "throwing in":
      return { read: () => after(late, () => { throw new TypeError("no input"); }) };
    case "nonsense in":
      return { read: () => 5 as unknown as string };
    case "never in":
      return { read: () => new Promise<never>(() => {}) };
    case "text": // what it takes is told as warnings
      return (text) => after(late, () => host.warn(`took ${JSON.stringify(text)}`));
    case "bytes":
      return { write: (data) => after(late, () => host.warn(`took ${data.length}`)), close: () => host.warn("closed out") };
    case "full":
      return { write: (data) => after(late, () => { if (data.length > 3) throw new host.WASIXError("ENOSPC"); }) };
    case "throwing":
      return () => after(late, () => { throw new RangeError("no room"); });
    case "never":
      return () => (host.warn("reached"), new Promise<never>(() => {}));
  }
  throw new Error(`no ${what}`);
}
