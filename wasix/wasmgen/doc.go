// Package wasmgen reads, writes and rewrites small parts of WebAssembly modules.
//
// It has four layers, each usable alone:
//
//   - Parse and ParseHead read what a loader must know of a guest before any engine sees it: imports with
//     memory limits (JavaScript does not tell them), exports with types, section offsets.
//   - Builder and Code write a module. They are the only place of the project that knows opcodes.
//   - Trampolines, Bridge, Shim, RunLoop, Clone, MemoryModule and Proxy write the glue between Go, a guest
//     and the JavaScript host. Each doc comment is the contract: imports, exports, types, errors.
//   - RewriteAtomicWaits replaces the instructions that would stop a worker by calls.
//
// The package is part of the browser bundle: no fmt, no os, no reflection.
//
// See https://webassembly.github.io/spec/core/binary/index.html
package wasmgen
