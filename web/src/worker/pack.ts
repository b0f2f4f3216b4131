// Writes what Go unpacks (jsbridge/spec.go). Each property that Go reads of an
// object costs as much as the whole of this.

import type { SpawnSpec } from "./kernel";

/** Strings that end with NUL, and lists with their length before them. The client has seen that none has a NUL in it. */
export function packSpec(s: SpawnSpec): string {
  const list = (l: string[]) => [l.length, ...l];
  return [s.program, s.columns ?? 0, s.rows ?? 0, +!!s.free, +!!s.isatty, +!!s.raw, +!!s.trace, s.cwd,
    s.stdin, s.stdout, s.stderr, ...list(s.args), ...list(s.env), ...list(s.preopens ?? ["/"]), ""].join("\0");
}
