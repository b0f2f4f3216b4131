// The errors that callers see.

import type { WireError } from "../protocol";
import type { KernelError as KernelErrorType, ProgramErrorKind } from "../wasix-web";
import { WASIXError } from "../wasix_error";

export { WASIXError };

/** A program that cannot be loaded or started. */
export class ProgramError extends Error {
  constructor(readonly kind: ProgramErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
  static {
    this.prototype.name = "ProgramError";
  }
}

/** The runtime cannot start here, or has failed. */
export class KernelError extends Error {
  constructor(readonly kind: KernelErrorType["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
  }
  static {
    this.prototype.name = "KernelError";
  }
}

/** The one message for a browser that lacks JSPI. */
export function noJSPI(): KernelError {
  return new KernelError(
    "no-jspi",
    "this browser has no WebAssembly JavaScript Promise Integration (WebAssembly.Suspending), which wasix-web needs: " +
      "Chrome and Edge have it from 137 on, Firefox from 153",
  );
}

/** fromWire makes an error of the right class from what the worker sent. */
export function fromWire(wire: WireError): Error {
  const error = make(wire);
  // The worker's stack tells where it went wrong; the page's tells nothing.
  if (wire.stack) error.stack = wire.stack;
  return error;
}

function make(wire: WireError): Error {
  if (wire.errno !== undefined) return new WASIXError(wire.errno, wire.message);
  switch (wire.kind) {
    case undefined:
      return wire.name === "TypeError" ? new TypeError(wire.message) : new Error(wire.message);
    case "panic":
    case "load":
      return new KernelError(wire.kind, wire.message);
    case "no-jspi":
      return noJSPI();
    default:
      return new ProgramError(wire.kind, wire.message);
  }
}
