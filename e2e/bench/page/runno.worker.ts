import { WASI } from "rt/runno/lib.js";
import { host } from "./worker_host";

host(async (module, args, options, sink) => {
  let stdin: string | null = options.stdin ?? null;
  const wasi = new WASI({
    args,
    env: options.env ?? {},
    // It cuts what is longer than the guest asked for, so hand out what fits.
    stdin: (max) => {
      if (!stdin) return null;
      const part = stdin.slice(0, max);
      stdin = stdin.slice(max);
      return part;
    },
    stdout: (text) => sink.writeText(text),
    stderr: (text) => (sink.stderr += text),
    fs: {},
  });
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  return wasi.start({ module, instance }).exitCode;
});
