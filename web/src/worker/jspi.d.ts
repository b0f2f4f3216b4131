// What TypeScript's own library does not know yet: JSPI.
declare namespace WebAssembly {
  class Suspending { constructor(fn: (...args: never[]) => unknown); }
  function promising(fn: Function): Function;
}
