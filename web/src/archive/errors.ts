// What goes wrong with archives. The class is the client's own: this script is
// loaded by whatever client the page has.

import type { ArchiveError, ArchiveReason, WASIXError } from "../wasix-web";

export type ErrorClass = new (errno: string | number, message?: string) => WASIXError;

const codes: Record<Exclude<ArchiveReason, "filesystem">, string> = {
  dotdot: "EPERM", absolute: "EPERM", link: "EPERM", "through-link": "EPERM",
  encoding: "EILSEQ", name: "EINVAL",
  duplicate: "EEXIST", exists: "EEXIST",
  device: "ENOTSUP", unsupported: "ENOTSUP",
  bytes: "EFBIG", entries: "EFBIG", ratio: "EFBIG",
  truncated: "EBADMSG", corrupt: "EBADMSG",
};

/** A failure on its way to where its error is made. */
export class Failure extends Error {
  constructor(readonly reason: Exclude<ArchiveReason, "filesystem">, readonly entry: string, message: string) {
    super(message);
  }
}

/**
 * toArchiveError makes an ArchiveError of anything thrown while `entry` was
 * dealt with. What the caller's own signal or stream threw stays as it is.
 */
export function toArchiveError(make: ErrorClass, thrown: unknown, entry: string, written: string[]): unknown {
  const about = (name: string) => (name ? `${shown(name)}: ` : "");
  let error: WASIXError;
  let reason: ArchiveReason;
  if (thrown instanceof Failure) {
    reason = thrown.reason;
    entry = thrown.entry || entry;
    const code = codes[thrown.reason];
    error = new make(code, `${code}: ${about(thrown.entry)}${thrown.message}`);
  } else if (thrown instanceof make) {
    reason = "filesystem";
    error = new make(thrown.errno, `${about(entry)}${thrown.message}`);
  } else return thrown;
  error.name = "ArchiveError";
  return Object.assign(error, { reason, entry, written }) satisfies ArchiveError;
}

/** A name as messages show it: whole, unless it is absurdly long. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
