// @runno/wasi. Its worker host needs cross-origin isolation; its main-thread class `WASI` does not,
// and runs in a Web Worker of ours.
import { WorkerRuntime } from "./worker_runtime";

export const runtime = new WorkerRuntime("./runno.worker.js");
