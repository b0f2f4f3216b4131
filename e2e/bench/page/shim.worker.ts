import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from "rt/shim/lib.js";
import { host } from "./worker_host";

host(async (module, argv, options, sink) => {
  const decoder = new TextDecoder();
  const env = Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`);
  const fds = [
    new OpenFile(new File(new TextEncoder().encode(options.stdin ?? ""))),
    new ConsoleStdout((data) => sink.write(data)),
    new ConsoleStdout((data) => (sink.stderr += decoder.decode(data))),
    new PreopenDirectory("/", new Map()),
  ];
  const wasi = new WASI(argv, env, fds, { debug: false }); // by default it logs every path to the console
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport as WebAssembly.ModuleImports });
  return wasi.start(instance as never);
});
