// Makes archives byte by byte, also such as no library writes.

const encoder = new TextEncoder();

export interface TarEntry {
  name?: string | Uint8Array;
  type?: string;
  data?: string | Uint8Array;
  /** What the header says, when that is not the length of data. */
  size?: number;
  link?: string | Uint8Array;
  mtime?: number;
  mode?: number;
  /** Wrong on purpose. */
  badSum?: boolean;
}

function bytesOf(x: string | Uint8Array | undefined): Uint8Array {
  return typeof x === "string" ? encoder.encode(x) : x ?? new Uint8Array(0);
}

/** tar is a tar of the entries, with its end mark unless `end` is false. */
export function tar(entries: TarEntry[], end = true): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = [];
  for (const { name = "f", type = "0", data, size, link, mtime = 1000, mode = 0o644, badSum } of entries) {
    const body = bytesOf(data);
    const head = new Uint8Array(512);
    const put = (at: number, text: string | Uint8Array) => head.set(bytesOf(text), at);
    const octal = (at: number, width: number, n: number) => put(at, n.toString(8).padStart(width - 1, "0"));
    put(0, bytesOf(name).subarray(0, 100));
    octal(100, 8, mode);
    octal(108, 8, 0);
    octal(116, 8, 0);
    octal(124, 12, size ?? body.length);
    octal(136, 12, mtime);
    put(156, type);
    if (link !== undefined) put(157, bytesOf(link).subarray(0, 100));
    put(257, "ustar\x0000");
    put(148, "        ");
    const sum = head.reduce((all, byte) => all + byte, 0) + (badSum ? 1 : 0);
    put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
    blocks.push(head, body, new Uint8Array((512 - (body.length % 512)) % 512));
  }
  if (end) blocks.push(new Uint8Array(1024));
  return join(blocks);
}

/** pax is the record of an extended header. */
export function pax(key: string, value: string | Uint8Array): Uint8Array {
  const rest = join([encoder.encode(` ${key}=`), bytesOf(value), encoder.encode("\n")]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return join([encoder.encode(String(length)), rest]);
}

export interface ZipEntry {
  name: string | Uint8Array;
  data?: string | Uint8Array;
  /** st_mode. */
  mode?: number;
  /** The system it comes from; unix unless told otherwise. */
  system?: number;
  flags?: number;
  method?: number;
  /** Wrong on purpose. */
  crc?: number;
  size?: number;
  packed?: number;
  /** Where the directory says that the entry is. */
  offset?: number;
}

/** zip is a zip of the entries, stored, unless the data is packed already. */
export function zip(entries: ZipEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const e of entries) {
    const name = bytesOf(e.name);
    const data = bytesOf(e.data);
    const { mode = 0o100644, system = 3, flags = 0x800, method = 0, crc = crc32(data), size = data.length, packed = data.length, offset = at } = e;
    const common = [...u16(20), ...u16(flags), ...u16(method), ...u16(0), ...u16(0x5821), ...u32(crc), ...u32(packed), ...u32(size), ...u16(name.length), ...u16(0)];
    const local = join([new Uint8Array([...u32(0x04034b50), ...common]), name, data]);
    directory.push(join([
      new Uint8Array([...u32(0x02014b50), ...u16((system << 8) | 20), ...common, ...u16(0), ...u16(0), ...u16(0), ...u32(mode << 16), ...u32(offset)]),
      name,
    ]));
    parts.push(local);
    at += local.length;
  }
  const central = join(directory);
  return join([...parts, central, new Uint8Array([
    ...u32(0x06054b50), ...u16(0), ...u16(0), ...u16(entries.length), ...u16(entries.length), ...u32(central.length), ...u32(at), ...u16(0),
  ])]);
}

export async function packed(data: Uint8Array<ArrayBuffer>, format: CompressionFormat): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([data]).stream().pipeThrough(new CompressionStream(format))).arrayBuffer());
}

export function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function u16(n: number): number[] {
  return [n & 255, (n >> 8) & 255];
}

function u32(n: number): number[] {
  return [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, (n >>> 24) & 255];
}

export function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
