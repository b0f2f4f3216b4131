// Types of the runtimes, which the bench server serves under /rt/. "rt/x" becomes "/rt/x" and is not
// bundled with the adapters, so that the bytes a runtime loads can be counted apart from ours.
declare module "rt/shim/lib.js" {
  export * from "@bjorn3/browser_wasi_shim";
}
declare module "rt/runno/lib.js" {
  export * from "@runno/wasi";
}
declare module "rt/sdk/dist/index.js" {
  export * from "@wasmer/sdk/browser";
}
// The part of the client that the adapter uses.
declare module "rt/ours/wasix-web.esm.js" {
  export interface Process {
    stdout: ReadableStream<Uint8Array>;
    stderr: ReadableStream<Uint8Array>;
    exited: Promise<{ exitCode: number }>;
  }
  export class WASIX {
    static create(options?: object): Promise<WASIX>;
    spawn(program: Uint8Array, options: { args?: string[]; env?: Record<string, string>; stdin?: string }): Promise<Process>;
  }
}
