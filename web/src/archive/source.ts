// Archives in the forms a page has them, as streams.

import type { ArchiveSource } from "../wasix-web";
import { Failure } from "./errors";

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

/** stream makes one of any source. */
export async function stream(given: ArchiveSource): Promise<Bytes> {
  const source: unknown = await given;
  if (source instanceof ReadableStream) return source as Bytes;
  if (source instanceof Response) {
    if (!source.ok) throw new Failure("corrupt", "", `${source.url || "the server"} answered ${source.status} ${source.statusText}`.trimEnd());
    return source.body ?? new Blob([]).stream();
  }
  return blobOf(source).stream();
}

/** blob makes one of any source; a stream is read to its end, which must come within `most` bytes. */
export async function blob(given: ArchiveSource, most: number): Promise<Blob> {
  const source: unknown = await given;
  if (!(source instanceof ReadableStream || source instanceof Response)) return blobOf(source);
  let size = 0;
  const limited = (await stream(source)).pipeThrough(pass((chunk) => {
    if ((size += chunk.length) > most) throw new Failure("bytes", "", `the archive itself has more than maxBytes, ${most} bytes`);
  }));
  return new Response(limited).blob(); // the browser keeps a large one on disk
}

function blobOf(source: unknown): Blob {
  if (source instanceof Blob) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return new Blob([source as ArrayBufferView<ArrayBuffer>]);
  throw new TypeError("an archive must be a stream, a Response, a Blob or bytes");
}

/** pass lets chunks through and shows them. */
export function pass(look: (chunk: Uint8Array<ArrayBuffer>) => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform(chunk, controller) {
      look(chunk);
      controller.enqueue(chunk);
    },
  });
}

/** A stream, unpacked if need be. */
export interface Gunzipped {
  stream: Bytes;
  gzip: boolean;
  /** What the source itself failed with. */
  failed?: unknown;
}

/** What an archive may begin with that is no tar. */
const others: [start: RegExp, what: string][] = [
  [/^\xfd7zXZ/, "compressed by xz"], [/^BZh[1-9]1A/, "compressed by bzip2"], [/^\x28\xb5\x2f\xfd/, "compressed by zstd"], [/^PK\x03\x04/, "a zip"],
];

/** gunzipped unpacks a stream that begins as gzip does, and leaves others alone. `packed` is told of what comes in. */
export async function gunzipped(source: Bytes, packed: (n: number) => void): Promise<Gunzipped> {
  const reader = source.getReader();
  const result = {} as Gunzipped;
  const head: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length < 6) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!(value instanceof Uint8Array)) throw new TypeError("the stream of an archive must be of bytes");
    head.push(value);
    length += value.length;
  }
  const start = head.flatMap((chunk) => [...chunk.subarray(0, 6)]).slice(0, 6);
  const other = others.find(([begins]) => begins.test(String.fromCharCode(...start)));
  if (other) {
    reader.cancel().catch(() => {});
    throw new Failure("unsupported", "", `the archive is ${other[1]}: only tar and tar.gz are known here`);
  }
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const chunk = head.shift() ?? (await reader.read().catch((error: unknown) => {
        throw (result.failed = error);
      })).value;
      if (!chunk) return controller.close();
      packed(chunk.length);
      if (chunk.length > 0) controller.enqueue(chunk);
      else await this.pull!(controller);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  result.gzip = start[0] === 0x1f && start[1] === 0x8b;
  result.stream = result.gzip ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
  return result;
}

/** Bytes piece by piece; undefined at the end. */
export type Pull = () => Promise<Uint8Array | undefined>;

/** pull reads a stream piece by piece. */
export function pull(source: ReadableStream<Uint8Array>): Pull {
  const reader = source.getReader();
  return async () => (await reader.read()).value;
}
