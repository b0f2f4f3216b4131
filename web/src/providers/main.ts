// What the worker loads when a provider in JavaScript is used
// (wasix-web.providers.js).

import { errnoName, errnoNumber } from "../names";
import type { WireProvider } from "../protocol";
import type { FilesystemProvider, ProviderHost } from "../wasix-web";
import { remote, type CallPage } from "./remote";
import { run } from "./steps";
import { Tree, type Answer } from "./tree";

/** As the page's WASIXError, for modules in the worker. */
class WASIXError extends Error {
  readonly errno: number;
  readonly code: string;

  constructor(errno: number | string, message?: string) {
    const number = typeof errno === "number" ? errno : errnoNumber(errno);
    if (number === undefined || !Number.isInteger(number)) throw new TypeError(`no such error: ${errno}`);
    const code = errnoName(number);
    super(message ?? code);
    this.errno = number;
    this.code = code;
  }
  static {
    this.prototype.name = "WASIXError";
  }
}

/** What opening a provider takes. */
export interface Opening {
  given: WireProvider;
  /** What warnings call it by. */
  name: string;
  page: CallPage;
  answer: Answer;
  warn(message: string): void;
}

/** Opens a file system. */
export async function openTree(o: Opening): Promise<Tree> {
  const provider = (await made(o)) as FilesystemProvider;
  const tree = new Tree(provider, o.name, o.answer, o.warn);
  return new Promise((resolve, reject) => {
    const settle = (result: () => Tree) => {
      try {
        resolve(result());
      } catch (e) {
        reject(e);
      }
    };
    const r = run(tree.open(), settle);
    if ("value" in r) resolve(r.value);
  });
}

/** The provider itself: on the page, or made by a module. */
async function made({ given, name, page, warn }: Opening): Promise<object> {
  if ("target" in given) return remote(given, page);
  const host: ProviderHost = { WASIXError, warn: (message) => warn(`${name}: ${message}`) };
  let module: { default?: unknown };
  try {
    module = (await import(given.module)) as typeof module;
  } catch (e) {
    throw new Error(`cannot load ${given.module}: ${(e as Error).message}`);
  }
  if (typeof module.default !== "function") throw new Error(`${given.module} has no function as its default export`);
  const provider = (await (module.default as (options: unknown, host: ProviderHost) => unknown)(given.options, host)) as unknown;
  if (typeof provider !== "object" || provider === null) throw new Error(`the default export of ${given.module} returned no provider`);
  return provider;
}
