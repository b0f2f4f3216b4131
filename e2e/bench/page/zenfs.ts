// ZenFS with its IndexedDB backend, in a Web Worker. Of the file systems for browsers it is the one
// best kept: the successor of BrowserFS, released every few weeks, with the whole of node:fs. Others
// (lightning-fs, idb-keyval stores, memfs with a dump) have stood still or keep no more than names.
import { StoreRuntime } from "./store";

export const runtime = new StoreRuntime("./zenfs.worker.js");
