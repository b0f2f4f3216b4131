// zip in and out, over zip.js.

import { BlobReader, ZipReader, ZipWriter, type Entry as ZipEntry, type FileEntry } from "@zip.js/zip.js/lib/zip-core-custom.js";
import type { ArchiveSource } from "../wasix-web";
import { Failure } from "./errors";
import { blob, type Pull } from "./source";
import type { Item } from "./walk";
import { type Entry, type Writer, defaultMaxBytes } from "./writer";

/** Longest target of a symbolic link. */
const maxTarget = 4096;
/** st_mode's kinds of files. */
const S_IFMT = 0o170000;
/** FAT, NTFS, VFAT: old programs of Windows separate with backslashes. */
const windows = new Set([0, 10, 14]);
const kinds: Record<number, string> = { 0o010000: "FIFO", 0o020000: "character device", 0o060000: "block device", 0o140000: "socket" };

const reading = { useWebWorkers: false, useCompressionStream: true, checkCrc32: true, checkOverlappingEntry: true, strictness: "strict" } as const;

/** unpackZip checks what the directory of a zip tells, and then gives every entry to the writer. */
export async function unpackZip(given: ArchiveSource, writer: Writer, maxBytes = defaultMaxBytes, begin: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  const reader = new ZipReader(new BlobReader(await blob(given, maxBytes)), { filenameValidation: "tolerant", signal }); // names are checked here
  try {
    const list = await directory(reader, writer);
    await begin();
    writer.packed = 0;
    for (const [zipped, entry, path] of list) {
      writer.packed += zipped.compressedSize;
      writer.current = entry.name;
      if (entry.type === "symlink") entry.target = await target(zipped as FileEntry, entry);
      else if (entry.type === "file") entry.body = contents(zipped as FileEntry, entry.name);
      await writer.add(entry, path);
    }
  } finally {
    await reader.close().catch(() => {});
  }
}

/** directory reads what there is in a zip, and checks all of it. */
async function directory(reader: ZipReader<Blob>, writer: Writer): Promise<[ZipEntry, Entry, string[]][]> {
  const list: [ZipEntry, Entry, string[]][] = [];
  let declared = 0;
  let packed = 0;
  try {
    for await (const zipped of reader.getEntriesGenerator()) {
      const entry = entryOf(zipped);
      const path = writer.check({ ...entry, size: declared + entry.size });
      declared += entry.size;
      packed += zipped.compressedSize;
      writer.ratio(declared, packed);
      list.push([zipped, entry, path]);
    }
  } catch (error) {
    throw explained(error);
  }
  return list;
}

function entryOf(zipped: ZipEntry): Entry {
  const name = nameOf(zipped);
  if (zipped.encrypted) throw new Failure("unsupported", name, "is encrypted");
  if (zipped.compressionMethod !== 0 && zipped.compressionMethod !== 8) throw new Failure("unsupported", name, `is compressed by the unknown method ${zipped.compressionMethod}`);
  const kind = kinds[(zipped.unixMode ?? 0) & S_IFMT];
  if (kind) throw new Failure("device", name, `is a ${kind}`);
  const directory = zipped.directory || name.endsWith("/");
  return {
    name,
    type: zipped.symlink ? "symlink" : directory ? "directory" : "file",
    size: directory ? 0 : zipped.uncompressedSize,
    mtime: zipped.lastModDate.getTime(),
    atime: zipped.lastAccessDate?.getTime(),
    mode: zipped.unixMode ? zipped.unixMode & 0o777 : undefined,
  };
}

// Many writers leave the flag out that says UTF-8. What is not UTF-8 is of an
// encoding nobody knows.
function nameOf({ rawFilename, filename, filenameUTF8, versionMadeBy }: ZipEntry): string {
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true }).decode(rawFilename);
    const name = filenameUTF8 ? filename : decoded;
    return windows.has(versionMadeBy >> 8) && !name.includes("/") ? name.replaceAll("\\", "/") : name;
  } catch {
    throw new Failure("encoding", new TextDecoder().decode(rawFilename), "the name is not UTF-8");
  }
}

async function target(zipped: FileEntry, { name, size }: Entry): Promise<string> {
  if (size > maxTarget) throw new Failure("link", name, "is a symbolic link whose target is too long");
  const read = contents(zipped, name);
  const all: number[] = [];
  for (let chunk; (chunk = await read()); ) {
    all.push(...chunk);
    if (all.length > size) throw new Failure("corrupt", name, `has more than the ${size} bytes that it says`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(all));
  } catch {
    throw new Failure("encoding", name, "its target is not UTF-8");
  }
}

/** contents reads an entry piece by piece. The end comes when its checksum has been compared. */
function contents(zipped: FileEntry, name: string): Pull {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let done: Promise<undefined>;
  return async () => {
    if (!reader) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      reader = readable.getReader();
      done = zipped.getData(writable, reading).then(() => undefined, (error: unknown) => {
        throw explained(error, name);
      });
      done.catch(() => {});
      reader.closed.catch(() => {});
    }
    // When it fails, the stream may never end.
    const failed = done.then(() => new Promise<never>(() => {}));
    const next = await Promise.race([reader.read().catch(() => done.then(() => ({ done: true, value: undefined }))), failed]);
    return next.done ? done : next.value;
  };
}

// The library's words are good, but no errors of ours.
function explained(thrown: unknown, name = ""): unknown {
  if (!(thrown instanceof Error) || thrown instanceof Failure || thrown.name === "AbortError") return thrown;
  const { message } = thrown;
  if (/^(File format is not recognized|End of central directory|Zip64 end)/i.test(message)) {
    return new Failure("truncated", name, "this is no zip archive, or its end is missing");
  }
  return new Failure("corrupt", name, `the archive is damaged: ${message}`);
}

/** packZip makes a zip of what a walk finds. */
export function packZip(items: AsyncIterable<Item>, fail: (error: unknown) => unknown): ReadableStream<Uint8Array<ArrayBuffer>> {
  let controller!: TransformStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({ start: (c) => void (controller = c) });
  const zip = new ZipWriter(writable, { useWebWorkers: false, useCompressionStream: true, level: 6, bufferedWrite: false, keepOrder: true });
  const pack = async () => {
    for await (const { name, path, stat, target, body } of items) {
      const { type } = stat;
      if (name === ".") continue; // nothing to call it by
      const first = body && (await body());
      const text = target === undefined ? undefined : new TextEncoder().encode(target);
      await zip.add(type === "directory" ? `${name}/` : name, type === "directory" ? undefined : source(text ?? first, body, text?.length ?? stat.size, name, path), {
        directory: type === "directory",
        lastModDate: new Date(stat.mtimeMs),
        lastAccessDate: new Date(stat.atimeMs),
        unixMode: (type === "symlink" ? 0o120000 : type === "directory" ? 0o040000 : 0o100000) | stat.mode,
        ...(type === "file" ? {} : { level: 0 }),
      });
    }
    await zip.close();
  };
  pack().catch((error: unknown) => controller.error(fail(error)));
  return readable;
}

function source(first: Uint8Array | undefined, body: Pull | undefined, size: number, name: string, path: string): { readable: ReadableStream<Uint8Array>; size: number } {
  let sent = 0;
  let next = first;
  return {
    size,
    readable: new ReadableStream({
      async pull(controller) {
        const chunk = next ?? (sent > 0 ? await body?.() : undefined);
        next = undefined;
        sent += chunk?.length ?? 0;
        if (chunk ? sent > size : sent < size) throw new Failure("truncated", name, `${path} has changed while it was read`);
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    }),
  };
}
