// What an embedder of @runno/wasi bundles.
export { WASI } from "@runno/wasi";
