// What TypeScript's own library does not know yet: JSPI, tags and exceptions.
declare namespace WebAssembly {
  class Suspending { constructor(fn: (...args: never[]) => unknown); }
  function promising(fn: Function): Function;
  class Tag { constructor(type: { parameters: string[] }); }
  class Exception extends Error {}
}
