// Looks at the headers of a tar on their way to the library, which takes types
// it does not know for plain files and replaces what is not UTF-8.

import { Failure } from "./errors";
import { pass } from "./source";

const block = 512;
const utf8 = new TextDecoder("utf-8", { fatal: true });
const loose = new TextDecoder();
/** Longer ones are the library's to refuse. */
const maxMeta = 8 << 20;

/** headers lets a tar through, and fails at entries of unknown types and at names that are not UTF-8. */
export function headers(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(block);
  let have = 0; // bytes of head
  let skip = 0; // bytes before the next header
  let meta: { type: string; size: number; have: number; bytes: Uint8Array } | undefined;
  let next: Overrides = {}; // of the extended header before an entry
  const global: Overrides = {};
  let lost = false; // something is wrong that the library will say

  const header = () => {
    have = 0;
    if (head.every((byte) => byte === 0)) return;
    const size = number(head.subarray(124, 136));
    if (!summed(head) || !Number.isSafeInteger(size)) return void (lost = true);
    const type = String.fromCharCode(head[156]!);
    const all = { ...global, ...next };
    if ("xgLK".includes(type)) {
      if (size > maxMeta) return void (lost = true);
      meta = { type, size, have: 0, bytes: new Uint8Array(size) };
      if (size === 0) meta = undefined;
      return;
    }
    const prefix = ascii(head.subarray(257, 263)) === "ustar\0" ? head.subarray(345, 500) : head.subarray(0, 0);
    const raw = [...until0(prefix), ...(until0(prefix).length ? [47] : []), ...until0(head.subarray(0, 100))];
    const name = all.name ?? text(new Uint8Array(raw), "");
    if (!all.link && "12".includes(type)) text(until0(head.subarray(157, 257)), name);
    if (all.sparse !== undefined) throw new Failure("unsupported", all.sparse || name, "is a sparse file in GNU tar's form");
    if (!"\x0001234567".includes(type)) throw new Failure("unsupported", name, `is of the unknown type ${JSON.stringify(type)}`);
    next = {};
    if (!"123456".includes(type)) skip = padded(all.size ?? size);
  };

  const extended = ({ type, bytes, size }: NonNullable<typeof meta>) => {
    meta = undefined;
    skip = padded(size) - size;
    if (type === "L") next.name = text(until0(bytes), "");
    else if (type === "K") next.link = !!text(until0(bytes), "");
    else records(bytes, type === "g" ? global : next);
  };

  return pass((chunk) => {
    for (let at = 0; at < chunk.length && !lost; ) {
      const left = chunk.length - at;
      if (skip > 0) {
        const n = Math.min(skip, left);
        skip -= n;
        at += n;
      } else if (meta) {
        const n = Math.min(meta.size - meta.have, left);
        meta.bytes.set(chunk.subarray(at, at + n), meta.have);
        meta.have += n;
        at += n;
        if (meta.have === meta.size) extended(meta);
      } else {
        const n = Math.min(block - have, left);
        head.set(chunk.subarray(at, at + n), have);
        have += n;
        at += n;
        if (have === block) header();
      }
    }
  });
}

/** What an extended header says in place of the header after it. */
interface Overrides {
  name?: string;
  link?: boolean;
  size?: number;
  /** The name of a file in GNU tar's sparse form, "" when it is the entry's. */
  sparse?: string;
}

function records(bytes: Uint8Array, into: Overrides): void {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = space < 0 ? 0 : Number(ascii(bytes.subarray(at, space)));
    if (!(length > 0)) return;
    const record = bytes.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(61);
    const key = ascii(record.subarray(0, Math.max(equals, 0)));
    const value = record.subarray(equals + 1);
    if (key === "path") into.name = text(value, "");
    else if (key === "linkpath") into.link = !!text(value, "");
    else if (key === "size" && /^\d+$/.test(ascii(value))) into.size = Number(ascii(value));
    else if (key.startsWith("GNU.sparse.")) into.sparse = key === "GNU.sparse.name" ? text(value, "") : into.sparse ?? "";
    at += length;
  }
}

function text(bytes: Uint8Array, entry: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Failure("encoding", entry || loose.decode(bytes), entry ? "its target is not UTF-8" : "the name is not UTF-8");
  }
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 200));
}

function until0(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function padded(size: number): number {
  return size + ((block - (size % block)) % block);
}

// Octal digits, or a binary number when the first bit is set.
function number(field: Uint8Array): number {
  if (field[0]! & 0x80) return field.reduce((sum, byte, i) => sum * 256 + (i ? byte : byte & 0x7f), 0);
  const digits = ascii(until0(field)).replaceAll(" ", "");
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : NaN;
}

function summed(head: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : head[i]!;
  return sum === number(head.subarray(148, 156));
}
