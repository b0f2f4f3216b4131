// What an embedder of browser_wasi_shim bundles.
export { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";
