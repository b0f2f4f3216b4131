// Starts the worker, wherever the script and the page come from.

import { connectKey, workerName, type ToWorker } from "../protocol";
import type { Assets } from "../wasix-web";
import { KernelError } from "./errors";
import { absolute, messageOf } from "./sources";

/** The wire to the kernel. */
export interface Channel {
  port: {
    postMessage(message: ToWorker, transfer: Transferable[]): void;
    onmessage: ((event: MessageEvent) => void) | null;
  };
  /** Ends the worker. Not there when the kernel runs in the caller's own thread. */
  terminate?: () => void;
  onerror: (message: string) => void;
}

/** What a worker script leaves under connectKey. */
type Connect = (port: MessagePort) => void;

/** Opens a channel. Problems of loading are told to its onerror or thrown. */
export function open(assets: Assets): Channel | Promise<Channel> {
  return typeof document === "object" ? openWorker(assets) : openHere(assets);
}

/** The URL of wasix-web.wasm when nobody says otherwise. Bundlers look for this very form. */
export function wasmURL(): URL {
  return new URL("./wasix-web.wasm", import.meta.url);
}

/** The URL of wasix-web.providers.js. Bundlers look for this very form. */
export function providersURL(assets: Assets): URL {
  return assets.providers ? absolute(assets.providers) : new URL("./wasix-web.providers.js", import.meta.url);
}

/** The URL of wasix-web.mounts.js. Bundlers look for this very form. */
export function mountsURL(assets: Assets): URL {
  return assets.mounts ? absolute(assets.mounts) : new URL("./wasix-web.mounts.js", import.meta.url);
}

function workerURL(assets: Assets): URL {
  return assets.worker ? absolute(assets.worker) : new URL("./wasix-web.worker.js", import.meta.url);
}

function openWorker(assets: Assets): Channel {
  const url = workerURL(assets);
  const worker = newWorker(url, !assets.worker);
  const channel: Channel = { port: worker, terminate: () => worker.terminate(), onerror() {} };
  let hello = false;
  worker.addEventListener("message", () => void (hello = true), { once: true });
  worker.onerror = (event) => {
    event.preventDefault();
    channel.onerror(hello ? `the kernel failed: ${event.message}` : `cannot load the worker ${url.href}${event.message ? `: ${event.message}` : ""}`);
  };
  worker.onmessageerror = () => channel.onerror("the kernel failed: a message could not be read");
  return channel;
}

function newWorker(url: URL, literal: boolean): Worker {
  if (url.origin !== self.origin) return foreignWorker(url);
  // Bundlers look for this very form and make the script part of what they build.
  if (literal) return new Worker(new URL("./wasix-web.worker.js", import.meta.url), { name: "wasix-web-host" });
  return new Worker(url, { name: workerName });
}

// A worker must come from the page's own origin, but may import from any.
function foreignWorker(url: URL): Worker {
  const script = new Blob([`importScripts(${JSON.stringify(url.href)})`], { type: "text/javascript" });
  const own = URL.createObjectURL(script);
  const worker = new Worker(own, { name: workerName });
  const release = () => URL.revokeObjectURL(own);
  worker.addEventListener("message", release, { once: true });
  worker.addEventListener("error", release, { once: true });
  return worker;
}

// In a worker of the user's own the kernel lives in the same thread: a nested
// worker would only add a hop. Nobody can end a program there that makes no calls.
async function openHere(assets: Assets): Promise<Channel> {
  const url = workerURL(assets).href;
  let connect = connector();
  if (!connect) {
    try {
      await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
    } catch (cause) {
      throw new KernelError("load", `cannot load the worker ${url}: ${messageOf(cause)}`, { cause });
    }
    connect = connector();
    if (!connect) throw new KernelError("load", `${url} is not wasix-web's worker`);
  }
  const { port1, port2 } = new MessageChannel();
  connect(port2);
  return { port: port1, onerror() {} };
}

function connector(): Connect | undefined {
  return (globalThis as unknown as Record<symbol, Connect | undefined>)[connectKey];
}
