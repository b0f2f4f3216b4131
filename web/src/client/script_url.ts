// Where this script lies, for the build that has no import.meta. The bundler
// puts scriptURL in the place of import.meta.url there.

function find(): string {
  const script = globalThis.document?.currentScript as HTMLScriptElement | null | undefined;
  if (script?.src) return script.src;
  // In a worker (importScripts) or a module that imports this file, the stack names the file.
  const frame = /(?:https?|file|blob|[a-z-]+-extension):\/\/[^\s)]+?(?=:\d+:\d+)/.exec(new Error().stack ?? "");
  return frame?.[0] ?? globalThis.document?.baseURI ?? self.location.href;
}

export const scriptURL = find();
