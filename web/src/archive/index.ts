// Archives in and out: what wasix-web.archive.js exports to the client. It works
// through sys.fs and knows nothing of the kernel.

import type { ArchiveSource, ExportOptions, FileSystem, ImportOptions, Imported } from "../wasix-web";
import { toArchiveError, type ErrorClass } from "./errors";
import { packTar, unpackTar } from "./tar";
import { walk, type Item } from "./walk";
import { Writer } from "./writer";
import { packZip, unpackZip } from "./zip";

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

export function importTar(fs: FileSystem, make: ErrorClass, source: ArchiveSource, path: string, options: ImportOptions = {}): Promise<Imported> {
  return unpack(fs, make, path, options, async (writer) => {
    await writer.begin();
    await unpackTar(source, writer, options.maxBytes, options.signal);
  });
}

export function importZip(fs: FileSystem, make: ErrorClass, source: ArchiveSource, path: string, options: ImportOptions = {}): Promise<Imported> {
  return unpack(fs, make, path, options, (writer) => unpackZip(source, writer, options.maxBytes, () => writer.begin(), options.signal));
}

async function unpack(fs: FileSystem, make: ErrorClass, path: string, options: ImportOptions, run: (writer: Writer) => Promise<void>): Promise<Imported> {
  const writer = new Writer(fs, path, options);
  try {
    options.signal?.throwIfAborted();
    await run(writer);
    return await writer.finish();
  } catch (error) {
    const before = await writer.stop();
    throw toArchiveError(make, before?.error ?? error, before?.entry ?? writer.current, writer.written);
  }
}

export async function exportTar(fs: FileSystem, make: ErrorClass, path: string, options: ExportOptions & { gzip?: boolean } = {}): Promise<Bytes> {
  const { items, fail } = await begin(fs, make, path, options);
  const tar = packTar(items, fail);
  return options.gzip ? tar.pipeThrough(new CompressionStream("gzip")) : tar;
}

export async function exportZip(fs: FileSystem, make: ErrorClass, path: string, options: ExportOptions = {}): Promise<Bytes> {
  const { items, fail } = await begin(fs, make, path, options);
  return packZip(items, fail);
}

// A path that cannot be read is told at once; the stream tells the rest.
async function begin(fs: FileSystem, make: ErrorClass, path: string, options: ExportOptions) {
  let current = "";
  const items = walk(fs, path, options);
  const first = await items.next().catch((error: unknown) => {
    throw toArchiveError(make, error, "", []);
  });
  async function* all(): AsyncGenerator<Item> {
    if (!first.done) yield first.value;
    for await (const item of items) {
      current = item.path;
      yield item;
    }
  }
  return { items: all(), fail: (error: unknown) => toArchiveError(make, error, current, []) };
}
