// File systems of the browser's own (wasix-web.mounts.js): a module for
// ModuleProvider, loaded by the worker when one of them is mounted.

import type { FilesystemProvider, ProviderHost } from "../wasix-web";
import { openDirectory } from "./directory";
import { openHTTP } from "./http";
import { openOPFS } from "./opfs";

/** The specifications of mounts that this module knows. */
export interface Options {
  opfs?: string;
  directory?: FileSystemDirectoryHandle;
  http?: string;
  readOnly?: boolean;
  cacheBytes?: number;
}

export default function open(options: unknown, host: ProviderHost): Promise<FilesystemProvider> {
  const o = (options ?? {}) as Options;
  if (typeof o.opfs === "string") return openOPFS(o.opfs, !!o.readOnly, host);
  if (o.directory) return openDirectory(o.directory, !!o.readOnly, host);
  if (typeof o.http === "string") return openHTTP(o.http, o.cacheBytes, host);
  throw new host.WASIXError("EINVAL", "unknown kind of file system");
}
