// Things that live on the page and are called from the worker: file systems,
// clocks and sources of random numbers that the page brings.

import { errnoOf } from "../names";
import { toWire, type ToPage, type ToWorker, type WireProvider, type WireProviderMount } from "../protocol";
import type { FilesystemProvider, ModuleProvider, Progress } from "../wasix-web";
import { absolute } from "./sources";

const fsMethods: (keyof FilesystemProvider)[] = [
  "fdRead", "fdWrite", "fdSeek", "fdClose", "fdFdstatGet", "fdFdstatSetFlags", "fdFilestatGet", "fdPrestatGet", "fdPrestatDirName",
  "fdReaddir", "pathOpen", "pathFilestatGet", "pathCreateDirectory", "pathUnlinkFile", "pathRemoveDirectory", "pathRename",
  "fdPread", "fdPwrite", "fdSync", "fdDatasync", "fdFilestatSetSize", "fdFilestatSetTimes", "pathFilestatSetTimes", "pathLink",
  "pathSymlink", "pathReadlink", "close",
];

type Callback = Extract<ToPage, { t: "callback" }>;
type Post = (message: ToWorker, transfer?: Transferable[]) => void;

/** The objects of one system, by number. */
export class Providers {
  #objects = new Map<number, object>();
  /** Where those that are file systems are mounted. */
  #mounted = new Map<number, string>();
  #last = 0;

  /** script and mounts are the URLs of wasix-web.providers.js and wasix-web.mounts.js. */
  constructor(private readonly script: () => string, private readonly mounts = () => "", private readonly onProgress?: (progress: Progress) => void) {}

  /** What the worker is told to mount: providers stay here, all else is passed on as it is. */
  wireMount(path: string, spec: unknown): unknown {
    const { overlay } = (spec ?? {}) as { overlay?: { lower: unknown; upper: unknown } };
    if (typeof overlay === "object" && overlay !== null) {
      return { overlay: { lower: this.wireMount(path, overlay.lower), upper: this.wireMount(path, overlay.upper) } };
    }
    const provider = this.#builtin(path, spec) ?? this.wire(spec, "pathOpen", fsMethods);
    if (!provider) return spec;
    if ("target" in provider) this.#mounted.set(provider.target, path);
    return { provider, script: this.script() } satisfies WireProviderMount;
  }

  /** A clock or a source of random numbers, which is no number. */
  wireAsked(what: string, given: unknown, methods: string[]): WireProviderMount {
    const provider = this.wire(given, methods[0]!, methods);
    if (!provider) throw new TypeError(`${what}: must be a number, an object with the method ${methods[0]}, or { module }`);
    return { provider, script: this.script() };
  }

  /** The file systems of wasix-web.mounts.js. */
  #builtin(path: string, spec: unknown): WireProvider | undefined {
    const { opfs, directory, http, pathOpen, module } = (spec ?? {}) as Record<string, unknown>;
    if (pathOpen || module) return undefined;
    if (typeof opfs !== "string" && typeof http !== "string" && !(http instanceof URL) && !directory) return undefined;
    const options = { ...(spec as object), ...(http ? { http: absolute(http as string | URL).href } : {}) };
    if (!http || !this.onProgress) return { module: this.mounts(), options };
    this.#objects.set(++this.#last, { progress: (name: string, loaded: number, total: number) => this.onProgress!({ phase: "file", name, loaded, total }) });
    this.#mounted.set(this.#last, path);
    return { module: this.mounts(), options, progress: this.#last };
  }

  /** A provider on its way, if it is one: it has the method `mark`, or is a module's. */
  wire(given: unknown, mark: string, methods: string[]): WireProvider | undefined {
    if (typeof given !== "object" || given === null) return undefined;
    if (typeof (given as Record<string, unknown>)[mark] === "function") {
      this.#objects.set(++this.#last, given);
      const has = methods.filter((method) => typeof (given as Record<string, unknown>)[method] === "function");
      return { target: this.#last, methods: has, readOnly: !!(given as FilesystemProvider).readOnly };
    }
    return isModule(given) ? { module: absolute(given.module).href, options: given.options } : undefined;
  }

  /** A stream of a program that a module in the worker serves. */
  wireStream(given: ModuleProvider): WireProviderMount {
    return { provider: this.wire(given, "", [])!, script: this.script() };
  }

  /** Nothing is mounted at path any more. */
  unmounted(path: string): void {
    for (const [target, at] of this.#mounted) {
      if (at !== path) continue;
      this.#mounted.delete(target);
      this.#objects.delete(target);
    }
  }

  /** The worker that called them is gone for good. */
  async close(): Promise<void> {
    const all = [...this.#mounted.keys()].map((target) => this.#objects.get(target) as FilesystemProvider | undefined);
    this.#mounted.clear();
    this.#objects.clear();
    await Promise.all(all.map((provider) => provider?.close?.()));
  }

  /** Carries out what the worker asks for. */
  async answer({ id, target, method, args }: Callback, post: Post): Promise<void> {
    try {
      const object = this.#objects.get(target) as Record<string, (...args: unknown[]) => unknown> | undefined;
      if (typeof object?.[method] !== "function") throw Object.assign(new Error(`no such callback: ${method}`), { errno: 52 });
      if (method !== "fdRead" && method !== "fdPread" && method !== "fill") {
        return post({ t: "reply", id, value: await object[method](...args) });
      }
      // These fill a buffer; the worker's cannot be lent across.
      const [first, size, ...rest] = method === "fill" ? [0, args[0]] : args;
      const buffer = new Uint8Array(size as number);
      const n = method === "fill" ? await object[method](buffer) : await object[method](first, [buffer], ...rest);
      if (buffer.length !== size) throw new Error("the buffer has been given away");
      post({ t: "reply", id, value: [n, buffer] }, [buffer.buffer]);
    } catch (thrown) {
      post({ t: "reply", id, error: { ...toWire(thrown), errno: errnoOf(thrown) } });
    }
  }
}

export function isModule(given: unknown): given is ModuleProvider {
  const module = (given as Partial<ModuleProvider> | null | undefined)?.module;
  return typeof module === "string" || module instanceof URL;
}
