// tar in and out, over modern-tar.

import { createTarDecoder, createTarPacker, type TarHeader } from "modern-tar";
import type { ArchiveSource } from "../wasix-web";
import { Failure } from "./errors";
import { headers } from "./headers";
import { gunzipped, pass, pull, stream } from "./source";
import type { Item } from "./walk";
import { type Entry, type Writer, defaultMaxBytes } from "./writer";

/** What headers and padding may add to the contents. */
const overhead = 64 << 20;

const types: Partial<Record<NonNullable<TarHeader["type"]>, Entry["type"]>> = { file: "file", directory: "directory", symlink: "symlink", link: "link" };

/** unpackTar gives every entry of a tar or tar.gz to the writer. */
export async function unpackTar(given: ArchiveSource, writer: Writer, maxBytes = defaultMaxBytes, signal?: AbortSignal): Promise<void> {
  let packed = 0;
  let all = 0;
  const source = await gunzipped(await stream(given), (n) => (packed += n));
  const counted = pass((chunk) => {
    all += chunk.length;
    // What comes after the last entry counts, too.
    if (source.gzip) writer.ratio(all, packed);
    if (all > maxBytes + overhead) throw new Failure("bytes", writer.current, `there are more than maxBytes, ${maxBytes} bytes`);
  });
  const entries = source.stream.pipeThrough(counted, { signal }).pipeThrough(headers()).pipeThrough(createTarDecoder({ strict: true })).getReader();
  let read = 0;
  const named = <T>(result: Promise<T>) => result.catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error === source.failed ? error : explained(error, read);
  });
  try {
    for (;;) {
      const { done, value } = await named(entries.read());
      if (done) return;
      read++;
      const entry = entryOf(value.header);
      if (entry.type === "file") {
        const next = pull(value.body);
        entry.body = () => named(next());
      } else await value.body.cancel();
      await writer.add(entry, writer.check(entry));
    }
  } catch (error) {
    entries.cancel(error).catch(() => {});
    throw error;
  }
}

function entryOf({ name, type = "file", size, mtime, mode, linkname, pax = {} }: TarHeader): Entry {
  const kind = types[type];
  if (!kind) throw new Failure("device", name, `is a ${type.replace("-", " ")}`);
  const exact = (text?: string) => (text && Number.isFinite(Number(text)) ? Number(text) * 1000 : undefined);
  return { name, type: kind, size, mtime: exact(pax.mtime) ?? mtime?.getTime(), atime: exact(pax.atime), mode: mode === undefined ? mode : mode & 0o777, target: linkname };
}

// The library and the browser's decompressor have words of their own.
function explained(thrown: unknown, read: number): unknown {
  if (!(thrown instanceof Error) || thrown instanceof Failure || thrown.name === "AbortError") return thrown;
  const { message } = thrown;
  if (/truncat|ended|unexpected end/i.test(message)) return new Failure("truncated", "", "the archive ends early");
  return new Failure("corrupt", "", read ? `the archive is damaged after ${read} entries: ${message}` : `this is no tar archive, or it is damaged: ${message}`);
}

/** packTar makes a tar of what a walk finds. */
export function packTar(items: AsyncIterable<Item>, fail: (error: unknown) => unknown): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, controller } = createTarPacker();
  const pack = async () => {
    for await (const { name, path, stat, target, link, body } of items) {
      const directory = stat.type === "directory";
      const pax: Record<string, string> = { mtime: seconds(stat.mtimeMs), atime: seconds(stat.atimeMs) };
      const entry = controller.add({
        name: directory ? `${name}/` : name,
        type: link !== undefined ? "link" : stat.type === "symlink" ? "symlink" : directory ? "directory" : "file",
        size: link === undefined && stat.type === "file" ? stat.size : 0,
        mtime: new Date(Math.max(stat.mtimeMs, 0)),
        mode: stat.mode,
        linkname: link ?? target,
        pax,
      });
      const sink = entry.getWriter();
      let sent = 0;
      for (let chunk; link === undefined && (chunk = await body?.()); ) {
        sent += chunk.length;
        if (sent > stat.size) break;
        await sink.write(chunk);
      }
      if (sent !== (link === undefined && stat.type === "file" ? stat.size : 0)) throw new Failure("truncated", name, `${path} has changed while it was read`);
      await sink.close();
    }
    controller.finalize();
  };
  pack().catch((error: unknown) => controller.error(fail(error) as Error));
  return readable as ReadableStream<Uint8Array<ArrayBuffer>>;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(6).replace(/\.?0+$/, "");
}
