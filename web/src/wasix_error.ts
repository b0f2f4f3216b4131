// The error of a failed call: the page throws and catches it, and so do providers in the worker.

import { errnoName, errnoNumber } from "./names";

/** A failed call, with a WASI error number. */
export class WASIXError extends Error {
  readonly errno: number;
  readonly code: string;

  constructor(errno: number | string, message?: string) {
    const number = typeof errno === "number" ? errno : errnoNumber(errno);
    if (number === undefined || !Number.isInteger(number)) throw new TypeError(`no such error: ${errno}`);
    const code = errnoName(number);
    super(message ?? code);
    this.errno = number;
    this.code = code;
  }
  static {
    this.prototype.name = "WASIXError";
  }
}
