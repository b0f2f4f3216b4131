// @bjorn3/browser_wasi_shim, in a Web Worker.
import { WorkerRuntime } from "./worker_runtime";

export const runtime = new WorkerRuntime("./shim.worker.js");
