// IndexedDB with nothing around it, in a Web Worker: what a page would write that only wants files
// to stay. It has no directories, no attributes and no parts of files.
import { StoreRuntime } from "./store";

export const runtime = new StoreRuntime("./plain.worker.js");
