// Opens file systems in JavaScript for Go (providers/jsfs). What that takes is
// in a script of its own, which most pages never load.

import type { WireProviderMount, WireStreams } from "../protocol";
import type * as Providers from "../providers/main";
import type { Answer, Tree } from "../providers/tree";
import type { Host, KernelConfig } from "./kernel";

type Done = (tree: Tree | null, errno: number, message: string) => void;

/** opener makes the function that Go calls. */
export function opener(host: Host): (spec: WireProviderMount, name: string, answer: Answer, done: Done) => void {
  return (spec, name, answer, done) => {
    load(spec.script)
      .then((script) => script.openTree({ given: spec.provider, name, answer, page: host.page.bind(host), warn: host.warn.bind(host) }))
      .then((tree) => done(tree, 0, ""), (e: unknown) => {
        const { errno, message } = (e ?? {}) as { errno?: number; message?: string };
        done(null, errno ?? 28, String(message ?? e)); // EINVAL: what was given is no provider
      });
  };
}

/** What Go gets of a clock or a source of random numbers. */
export type OpenAsked = Awaited<ReturnType<typeof Providers.openAsked>>;

/** Opens the clock and the source of random numbers that the page brings. */
export async function openAsked(config: KernelConfig, host: Host): Promise<{ clock?: OpenAsked; random?: OpenAsked }> {
  const open = async (spec: WireProviderMount, name: string, method: "now" | "fill") => {
    try {
      const script = await load(spec.script);
      return await script.openAsked({ given: spec.provider, name, page: host.page.bind(host), warn: host.warn.bind(host) }, method);
    } catch (e) {
      throw Object.assign(new Error(`the ${name} cannot be used: ${(e as Error).message}`), { kind: "load" });
    }
  };
  const { clock, random } = config;
  return { clock: clock && (await open(clock, "clock", "now")), random: random && (await open(random, "random", "fill")) };
}

/** Streams that modules serve, by descriptor. */
export type Streams = (Awaited<ReturnType<typeof Providers.openStream>> | undefined)[];

/** Opens the standard streams of a program that modules serve. */
export async function openStreams(streams: WireStreams, program: string, host: Pick<Host, "page" | "warn">): Promise<Streams> {
  return Promise.all((["stdin", "stdout", "stderr"] as const).map(async (name) => {
    const spec = streams[name];
    if (!spec) return undefined;
    try {
      const script = await load(spec.script);
      return await script.openStream({ given: spec.provider, name: `${program}: ${name}`, page: host.page.bind(host), warn: host.warn.bind(host) }, name === "stdin" ? "read" : "write");
    } catch (e) {
      throw Object.assign(new Error(`EINVAL: ${program}: ${name} cannot be used: ${(e as Error).message}`), { errno: (e as { errno?: number }).errno ?? 28 });
    }
  }));
}

async function load(url: string): Promise<typeof Providers> {
  try {
    return (await import(url)) as typeof Providers;
  } catch (e) {
    throw new Error(`cannot load ${url}: ${(e as Error).message}`);
  }
}
