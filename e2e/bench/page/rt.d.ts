// Types of the runtimes, which the bench server serves under /rt/. "rt/x" becomes "/rt/x" and is not
// bundled with the adapters, so that the bytes a runtime loads can be counted apart from ours.
declare module "rt/shim/lib.js" {
  export * from "@bjorn3/browser_wasi_shim";
}
declare module "rt/runno/lib.js" {
  export * from "@runno/wasi";
}
declare module "rt/zenfs/lib.js" {
  export { configure, fs } from "@zenfs/core";
  export { IndexedDB } from "@zenfs/dom";
}
declare module "rt/sdk/dist/index.js" {
  export * from "@wasmer/sdk/browser";
}
// Ours is found through "paths" in tsconfig.json.
