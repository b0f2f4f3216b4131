// What an embedder of ZenFS bundles.
export { configure, fs } from "@zenfs/core";
export { IndexedDB } from "@zenfs/dom";
