// What the worker loads when a provider in JavaScript is used
// (wasix-web.providers.js).

import type { WireProvider } from "../protocol";
import type { FilesystemProvider, ProviderHost } from "../wasix-web";
import { WASIXError } from "../wasix_error";
import { remote, type CallPage } from "./remote";
import { Asked } from "./asked";
import { run, type Steps } from "./steps";
import { Stream } from "./stdio";
import { Tree, type Answer } from "./tree";

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
  return settled(new Tree(provider, o.name, o.answer, o.warn).open());
}

/** Opens a clock, and asks it for the first time; `now` is left out of a source of random numbers. */
export async function openAsked({ given, name, page, warn }: Omit<Opening, "answer">, method: "now" | "fill"): Promise<{ asked: Asked; now: [string, string] }> {
  const provider = (await made({ given, name, page, warn })) as Record<string, unknown>;
  if (typeof provider[method] !== "function") throw new Error(`${name}: the provider has no method ${method}`);
  const asked = new Asked(provider, name, warn);
  const now = method === "now" ? await settled(asked.first()) : (["0", "0"] as [string, string]);
  return { asked, now };
}

/** Opens a stream of a program. */
export async function openStream({ given, name, page, warn }: Omit<Opening, "answer">, method: "read" | "write"): Promise<Stream> {
  return new Stream(await made({ given, name, page, warn }), method, name, warn);
}

function settled<T>(steps: Steps<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const r = run(steps, (result) => {
      try {
        resolve(result());
      } catch (e) {
        reject(e);
      }
    });
    if ("value" in r) resolve(r.value);
  });
}

/** The provider itself: on the page, or made by a module. */
async function made({ given, name, page, warn }: Omit<Opening, "answer">): Promise<object> {
  if ("target" in given) return remote(given, page);
  const { progress } = given;
  const host: ProviderHost = { WASIXError, warn: (message) => warn(`${name}: ${message}`) };
  if (progress) host.progress = (...args) => void page(progress, "progress", args).catch(() => {}); // the page's own error
  let module: { default?: unknown };
  try {
    module = (await import(given.module)) as typeof module;
  } catch (e) {
    throw new Error(`cannot load ${given.module}: ${(e as Error).message}`);
  }
  if (typeof module.default !== "function") throw new Error(`${given.module} has no function as its default export`);
  const provider = (await (module.default as (options: unknown, host: ProviderHost) => unknown)(given.options, host)) as unknown;
  if ((typeof provider !== "object" && typeof provider !== "function") || provider === null) throw new Error(`the default export of ${given.module} returned no provider`);
  return provider;
}
