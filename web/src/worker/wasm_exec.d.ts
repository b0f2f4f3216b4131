// Go's own glue, lib/wasm/wasm_exec.js of the Go that compiles the kernel. The
// bundler (web/bundle) resolves the name; importing it defines globalThis.Go.
declare module "go:wasm_exec" {}

/** What wasm_exec.js defines. */
declare class Go {
  argv: string[];
  env: Record<string, string>;
  exit: (code: number) => void;
  importObject: WebAssembly.Imports;
  /** Set once the program runs. */
  mem: DataView;
  run(instance: WebAssembly.Instance): Promise<void>;
  /** Runs the scheduler until every goroutine waits. */
  _resume(): void;
}
