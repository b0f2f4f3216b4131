// The public types of wasix-web. Written by hand, so that the bundle needs no
// Node; src/client imports these types and src/client/conforms.ts makes tsc
// prove that the implementation has them.

/**
 * What spawn and run take: a program in any form a page may have it. A string is a URL.
 * Not a WebAssembly.Module: JavaScript cannot read from one what the kernel must know.
 */
export type ProgramSource =
  | string | URL
  | Response | PromiseLike<Response>
  | ArrayBuffer | ArrayBufferView | Blob
  | Program;

/** Bytes, or text that is written as UTF-8. */
export type Bytes = string | ArrayBuffer | ArrayBufferView | Blob;

/** Files to put somewhere: path to contents. `null` makes a directory. */
export type Files = Record<string, Bytes | null>;

/** "SIGTERM", "TERM" or 15. */
export type SignalName = string | number;

/** Where a download or a compilation stands. */
export interface Progress {
  /** "runtime": the kernel itself. "program": a program given to spawn, run or load. "file": a file of an HTTPMount. */
  phase: "runtime" | "program" | "file";
  /** Name of the program; "wasix-web" for the runtime; the URL of a file. */
  name: string;
  /** Bytes so far. */
  loaded: number;
  /** Bytes in all; 0 while unknown. */
  total: number;
}

/** Where the parts of wasix-web lie. Default: beside the script. */
export interface Assets {
  /** wasix-web.worker.js. */
  worker?: string | URL;
  /** wasix-web.wasm: its URL, its bytes, or a Response. */
  wasm?: string | URL | ArrayBuffer | Response | PromiseLike<Response>;
  /** wasix-web.archive.js, which is loaded when an archive is read or written for the first time. */
  archive?: string | URL;
  /** wasix-web.providers.js, which is loaded when the page brings a provider. */
  providers?: string | URL;
  /** wasix-web.mounts.js, which is loaded for OPFS, directories and trees on web servers. */
  mounts?: string | URL;
}

/** Files in IndexedDB. They are written behind; fd_sync, and sys.fs.sync, wait until they are safe. */
export interface DatabaseMount {
  /** Name of the database. Made when it is not there. */
  idb: string;
  /** The files as they were last written, also while another tab has them mounted; sys.fs.sync looks for news. */
  readOnly?: boolean;
  /** Mends a damaged database instead of refusing it (EIO). */
  repair?: boolean;
  /** How many bytes of file contents are kept in memory beside what is being written. Default 256 MiB. */
  cacheBytes?: number;
}

/**
 * A writable layer over another that is only read, and never changed: files that come with an
 * application, and what a user has made of them. Names that begin with ".wh." are the upper layer's own (EINVAL).
 * The layers are not to be changed in any other way while they are mounted.
 */
export interface OverlayMount {
  overlay: { lower: MountSpec; upper: MountSpec };
}

/**
 * Files of this site's own in the origin private file system. One writer at a time (EBUSY); with readOnly, as they
 * are on storage. Hard links are ENOTSUP. Times that are set, and symbolic links, are kept in a file .wasix-web
 * beside them; the times of directories are forgotten when the mount ends. Moving a directory moves its files one by
 * one: a crash meanwhile leaves some here and some there. fd_sync writes to storage.
 */
export interface OPFSMount {
  /** A directory: "" is the top, "a/b" is made when it is not there. */
  opfs: string;
  readOnly?: boolean;
}

/**
 * A directory that the user has picked (showDirectoryPicker), read and, unless readOnly, changed. The page asks for
 * the permission before (EACCES). What is written reaches the disk with fd_sync, close, or half a second later. Links of
 * any kind are ENOTSUP, files of more than 1 GiB can be read only (EFBIG), times that are set are forgotten when the
 * mount ends, and files move by being copied.
 */
export interface DirectoryMount {
  directory: FileSystemDirectoryHandle;
  readOnly?: boolean;
}

/**
 * A read-only tree on a web server. Files are fetched when they are opened, whole; from 4 MiB on the parts that are read,
 * if the server has ranges. What goes wrong is EIO and a warning with the URL and the status: also a file that
 * has not the size the manifest says, or changes while it is read.
 */
export interface HTTPMount {
  /** URL of a Manifest, against the page. */
  http: string | URL;
  /** How much is kept of files that are not open. Default 256 MiB. */
  cacheBytes?: number;
}

/** A tree on a web server. `wasix-web manifest DIR` writes one. */
export interface Manifest {
  version: 1;
  /** URL that the paths begin at, against the manifest's. Default: where the manifest is. */
  base?: string;
  /** Directories need not be listed when there is something in them. */
  entries: {
    /** Relative, with "/" between the parts; none is empty, "." or "..". */
    path: string;
    type: "file" | "directory" | "symlink";
    /** Bytes, of a file. */
    size?: number;
    /** Milliseconds since 1970. */
    mtime?: number;
    /** Permission bits, for `stat` and archives; programs are not shown any. */
    mode?: number;
    /** What a symbolic link contains. */
    target?: string;
  }[];
}

/** What a provider's method may give: the value, or a Promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/** What fdFilestatGet and pathFilestatGet give. */
export interface Filestat {
  /** Not shown to programs: every mount has a number of its own. */
  dev: bigint;
  /** Number of the file, the same under every name it has. 0n: the provider has no numbers, and gets some. */
  ino: bigint;
  /** A WASI file type: 3 directory, 4 file, 7 symbolic link. */
  filetype: number;
  /** How many names it has. */
  nlink: bigint;
  /** Bytes. */
  size: bigint;
  /** Permission bits, for `stat` and archives. Default: what is usual, 0o644 for files, 0o755 for directories. */
  mode?: number;
  /** Nanoseconds since 1970. */
  timestamps: { access: bigint; modification: bigint; change: bigint };
}

/** What fdFdstatGet gives. */
export interface Fdstat {
  /** As in Filestat. */
  filetype: number;
  /** WASI fdflags: 1 append, 2 dsync, 4 nonblock, 8 rsync, 16 sync. */
  fsFlags: number;
  /** WASI rights. */
  fsRightsBase: bigint;
  fsRightsInheriting: bigint;
}

/** One entry that fdReaddir gives. */
export interface ProviderDirent {
  /** The cookie with which fdReaddir goes on behind this entry; never 0n. */
  next: bigint;
  /** 0n when unknown. */
  ino: bigint;
  /** As in Filestat. */
  filetype: number;
  name: string;
}

/**
 * A file system in JavaScript, given in `mounts`: the raw calls of WASI without
 * pointers, in the shape of @runno/wasi. Descriptor 3 is the top directory. Paths
 * are relative to a descriptor of a directory and have no ".", ".." or empty
 * parts; symbolic links are resolved by wasix-web, so lookup flags are 0.
 *
 * A method fails by throwing (or rejecting with) a WASIXError, or any object
 * with a WASI number in `errno` or `result`, or with a name such as "ENOENT" in
 * `code`. Anything else that is thrown, and any value of the wrong form, is EIO
 * and a warning that names the method.
 *
 * Methods may answer at once or with a Promise. One that never settles keeps
 * only the calling thread, until a signal comes. A provider in the worker
 * (ModuleMount) whose methods answer at once costs no turn of the event loop.
 */
export interface FilesystemProvider {
  /** Every change is EROFS, and the provider is not asked. */
  readonly readOnly?: boolean;

  /** Fills the buffers in order from the descriptor's offset, moves it, and gives how many bytes went: 0 at the end. */
  fdRead(fd: number, buffers: Uint8Array[]): Awaitable<number>;
  /** Takes bytes out of the buffers in order; gives how many. They are not the provider's to keep. */
  fdWrite(fd: number, buffers: Uint8Array[]): Awaitable<number>;
  /** whence: 0 set, 1 from the offset, 2 from the end. Gives the new offset. */
  fdSeek(fd: number, offset: bigint, whence: number): Awaitable<bigint>;
  fdClose(fd: number): Awaitable<void>;
  fdFdstatGet(fd: number): Awaitable<Fdstat>;
  fdFdstatSetFlags(fd: number, flags: number): Awaitable<void>;
  fdFilestatGet(fd: number): Awaitable<Filestat>;
  /** null for a descriptor that is not preopened. */
  fdPrestatGet(fd: number): Awaitable<{ name: string } | null>;
  fdPrestatDirName(fd: number): Awaitable<string>;
  /** The entries behind the cookie, all or some; [] at the end. 0n is the start. "." and ".." may be among them. */
  fdReaddir(fd: number, cookie: bigint): Awaitable<ProviderDirent[]>;
  /**
   * oflags: 1 create, 2 directory, 4 exclusive, 8 truncate. rightsBase has fd_read
   * (2n) and fd_write (64n); a file that may only be read is opened again without
   * fd_write after EACCES, EPERM, EROFS or ENOTCAPABLE.
   */
  pathOpen(dir: number, dirflags: number, path: string, oflags: number, rightsBase: bigint, rightsInheriting: bigint, fdflags: number): Awaitable<number>;
  pathFilestatGet(dir: number, flags: number, path: string): Awaitable<Filestat>;
  pathCreateDirectory(dir: number, path: string): Awaitable<void>;
  pathUnlinkFile(dir: number, path: string): Awaitable<void>;
  pathRemoveDirectory(dir: number, path: string): Awaitable<void>;
  pathRename(oldDir: number, oldPath: string, newDir: number, newPath: string): Awaitable<void>;

  /** As fdRead, at an offset, which the descriptor's own is left out of. Lacking: fdSeek and fdRead. */
  fdPread?(fd: number, buffers: Uint8Array[], offset: bigint): Awaitable<number>;
  /** Lacking: fdSeek and fdWrite. */
  fdPwrite?(fd: number, buffers: Uint8Array[], offset: bigint): Awaitable<number>;
  fdTell?(fd: number): Awaitable<bigint>;
  /** Lacking: nothing has to be done. */
  fdSync?(fd: number): Awaitable<void>;
  /** Lacking: fdSync. */
  fdDatasync?(fd: number): Awaitable<void>;
  /** Lacking: done by opening with truncate, and by writing; ENOSYS when more than 64 MiB are to stay, or the file has no name any more. */
  fdFilestatSetSize?(fd: number, size: bigint): Awaitable<void>;
  /** fstflags: 1 access time, 4 modification time. Lacking: pathFilestatSetTimes, or ENOSYS. */
  fdFilestatSetTimes?(fd: number, atim: bigint, mtim: bigint, fstflags: number): Awaitable<void>;
  pathFilestatSetTimes?(dir: number, flags: number, path: string, atim: bigint, mtim: bigint, fstflags: number): Awaitable<void>;
  /** Lacking: ENOSYS, as for the next two. */
  pathLink?(oldDir: number, oldFlags: number, oldPath: string, newDir: number, newPath: string): Awaitable<void>;
  pathSymlink?(target: string, dir: number, path: string): Awaitable<void>;
  pathReadlink?(dir: number, path: string): Awaitable<string>;
  /** Part of the shape; descriptors of programs are the kernel's, so it is not called. */
  fdRenumber?(from: number, to: number): Awaitable<void>;
  /** Called by unmount, and by the system's close when the provider lives on the page. */
  close?(): Awaitable<void>;
}

/** What a module's default export gets besides its options. */
export interface ProviderHost {
  /** To be thrown: the module needs not import the page's script. */
  WASIXError: typeof WASIXError;
  /** Reaches onWarn. */
  warn(message: string): void;
  /** Reaches the onProgress of create, with phase "file". total is 0 while unknown. */
  progress?(name: string, loaded: number, total: number): void;
}

/** A provider that lives in the worker: an ES module whose default export makes it. */
export interface ModuleProvider {
  /** URL of the module, against the page. */
  module: string | URL;
  /** Passed on; anything that postMessage can copy. */
  options?: unknown;
}

/** The default export of such a module. */
export type ProviderFactory<T> = (options: unknown, host: ProviderHost) => Awaitable<T>;

/** What can be mounted. "memory": an empty tree. A memory with a name is the same tree wherever it is mounted. */
export type MountSpec = "memory" | { memory: true | string } | DatabaseMount | OverlayMount | OPFSMount | DirectoryMount | HTTPMount | FilesystemProvider | ModuleProvider;

/**
 * A program that becomes a file, for other programs to run. It is compiled when it is run for the first time. A string would be
 * a kind of file system: give `new URL("ls.wasm", import.meta.url)`.
 */
export type ProgramFile = Response | PromiseLike<Response> | URL | Blob | ArrayBuffer | ArrayBufferView;

/** A clock in JavaScript. Programs see it; how long waits take, it does not change. */
export interface ClockProvider {
  /** Nanoseconds. id: 0 since 1970, 1 monotonic. */
  now(id: number): Awaitable<bigint>;
  /** The step of the clock in nanoseconds. Default 1000n. */
  resolution?(id: number): Awaitable<bigint>;
}

/** A source of random numbers in JavaScript. */
export interface RandomProvider {
  /** Fills the buffer. */
  fill(buffer: Uint8Array): Awaitable<void>;
}

/** Settings of a system. */
export interface CreateOptions {
  /**
   * Mount points: absolute path to what to mount there, for example `{ idb: "my-app" }`; or path of a program to the program,
   * for example `{ "/bin/ls": fetch("coreutils.wasm") }`.
   */
  mounts?: Record<string, MountSpec | ProgramFile>;
  /** Files written before the first program starts, and again after a restart. */
  files?: Files;
  /** Called while wasix-web.wasm and programs download and compile. */
  onProgress?: (progress: Progress) => void;
  /** Things a user should know, once each. Default: console.warn. */
  onWarn?: (message: string) => void;
  /** A clock that stands still: milliseconds since 1970, or a Date. Or one of your own. */
  clock?: number | Date | ClockProvider | ModuleProvider;
  /** Seed of a repeatable random source; an integer. Or a source of your own. */
  random?: number | RandomProvider | ModuleProvider;
  /** Most bytes of memory a program may have. */
  maxMemory?: number;
  /** Bytes of output the page has not read after which a program waits. Default 256 KiB. */
  outputWindow?: number;
  /** How long a worker may stay silent after a kill or a time-out before it is replaced. Default 2000. */
  graceMs?: number;
  /** Where the parts lie. */
  assets?: Assets;
}

/** Size of a terminal, in characters. */
export interface TerminalSize {
  columns: number;
  rows: number;
}

/** A terminal. Size 80 x 24 unless it is said. */
export interface TerminalOptions extends Partial<TerminalSize> {
  /**
   * Begins without echo and lines, and changes nothing that the program prints: for a page that edits lines itself.
   * Ctrl-C and Ctrl-\ are signals all the same.
   */
  raw?: boolean;
}

/** Settings of a program that spawn and run share. */
export interface ProgramOptions {
  /** argv. args[0] is the program's own name. Default: the name of the source. */
  args?: string[];
  /** Environment. */
  env?: Record<string, string> | string[];
  /** Absolute path of the working directory. Default "/". */
  cwd?: string;
  /** Directories the program gets opened for it (WASI preopens), "name=/path" to call one otherwise. Default ["/"]. */
  preopens?: string[];
  /** Files written before it starts. Relative paths are under cwd. */
  files?: Files;
  /** Kills the program after so many milliseconds of running, loading not counted. */
  timeoutMs?: number;
  /** Kills the program when it aborts. */
  signal?: AbortSignal;
  /** A line when a call is entered, when it is left, and when a file's last descriptor goes, like strace. `true` prints to the console. */
  trace?: boolean | ((line: string, pid: number) => void);
  /** Called while the program downloads and compiles. */
  onProgress?: (progress: Progress) => void;
}

/**
 * Gives a program its input: called when it reads and has been given nothing more, with about how many bytes are
 * wanted. null, undefined and what is empty are end of file; a WASIXError that is thrown is the error of the read,
 * anything else EIO and a warning. The next read asks again.
 */
export type StdinFunction = (maxBytes: number) => Awaitable<string | Uint8Array | null | undefined>;

/** The same as an object, on the page or made by a module. */
export interface InputProvider {
  read: StdinFunction;
  /** Called when the program has ended. */
  close?(): Awaitable<void>;
}

/**
 * Takes a program's output as text, in order. The program's write waits until it has returned, or its Promise has settled. A
 * WASIXError that is thrown is the error of the write, anything else EIO and a warning. A program that writes more often than once
 * a millisecond, for long, is not made to wait for each write: the pieces are larger then, and an error is that of a later write.
 * A Promise that never settles keeps the writing thread, until a signal comes.
 */
export type StdoutFunction = (text: string) => Awaitable<unknown>;

/** The same with bytes, as an object, on the page or made by a module. */
export interface OutputProvider {
  /** The bytes are the provider's. */
  write(data: Uint8Array): Awaitable<unknown>;
  /** Called when the program has ended. Others that still write get EPIPE. */
  close?(): Awaitable<void>;
}

/** What serves a stream: on the page, or a module in the worker whose default export gives a function or an object. */
export type Input = StdinFunction | InputProvider | ModuleProvider;
export type Output = StdoutFunction | OutputProvider | ModuleProvider;

export interface SpawnOptions extends ProgramOptions {
  /** "pipe" (the default): `proc.stdin`. "null": end of file at once. Anything else is fed to it. */
  stdin?: "pipe" | "null" | null | Bytes | ReadableStream<Uint8Array | string> | Input;
  /**
   * "pipe" (the default): `proc.stdout`, which must be read: the program waits when 256 KiB are unread. "null": thrown away.
   * Or what takes the output; with `terminal`, all that is to be seen goes there, and its errors are those of later writes.
   */
  stdout?: "pipe" | "null" | Output;
  /** As stdout. */
  stderr?: "pipe" | "null" | Output;
  /**
   * false: paths of a preview1 program are as free as those of a WASIX program,
   * as under wasmer. They do not have to stay below its preopened directories.
   */
  sandbox?: boolean;
  /**
   * The streams look like a terminal to isatty, as they always do under wasmer, and are none: C programs print line by line
   * then, not in blocks; others in colours.
   */
  isatty?: boolean;
  /**
   * Gives the program one terminal for all three. What is written to `proc.stdin` are keys: the terminal shows them,
   * lets the user correct the line, makes signals of Ctrl-C and Ctrl-\ and the end of the file of Ctrl-D, as far as the
   * program has not switched that off. All that is to be seen, the echo too, comes from `proc.stdout`, with "\r\n" at
   * the ends of lines. When the program has ended, those it has started get SIGHUP and the terminal is gone.
   */
  terminal?: boolean | TerminalOptions;
}

export interface RunOptions extends ProgramOptions {
  /** Fed to the program, then end of file. Unlike spawn's, a string is always contents. Default: nothing. */
  stdin?: null | Bytes | ReadableStream<Uint8Array | string> | Input;
  /** Takes the output, which is then no part of the result. */
  stdout?: Output;
  stderr?: Output;
  /** Called with each piece of output as it arrives. It only looks on: what it throws is reported, and changes nothing. */
  onStdout?: (data: Uint8Array) => void;
  /** Called with each piece of error output as it arrives. */
  onStderr?: (data: Uint8Array) => void;
  /** Kills the program (reason "output-limit") when stdout and stderr have passed so many bytes. Default: no limit. */
  maxOutput?: number;
}

/**
 * Why a program ended. "exited": by itself. "signaled": by a signal. "trapped":
 * by a fault in its own code. "timeout", "aborted", "output-limit": killed on
 * your behalf. "restarted": the worker was replaced because of another program.
 * "closed": the system was closed.
 */
export type ExitReason =
  | "exited" | "signaled" | "trapped" | "timeout" | "aborted" | "output-limit" | "restarted" | "closed";

/** How a program ended. */
export interface ExitStatus {
  /** What it passed to exit; 128 + n after signal n; 134 after a trap. */
  exitCode: number;
  /** "SIGTERM" when a signal ended it, else null. */
  signal: string | null;
  reason: ExitReason;
  /** The engine's message and the wasm stack after a trap, else "". */
  trap: string;
  /** The worker had to be replaced to end it: files not on a persistent mount are gone. */
  restarted: boolean;
}

/** What run resolves with. */
export interface RunResult extends ExitStatus {
  /** All output, decoded as UTF-8. */
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
  readonly stderrBytes: Uint8Array;
}

/** A running program. */
export interface Process {
  readonly pid: number;
  /** Takes bytes or text. Its writes wait while the program does not read. Closing it is end of file. */
  readonly stdin: WritableStream<Uint8Array | string>;
  /** Bytes. Not reading makes the program wait; cancelling throws the rest away. */
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /**
   * Resolves when the program has ended, however. Rejects with ProgramError when it could not be instantiated,
   * and with KernelError when the runtime itself failed.
   */
  readonly exited: Promise<ExitStatus>;
  /** Sends a signal; "SIGTERM" when none is named. "SIGKILL" always works. */
  kill(signal?: SignalName): void;
  /** Tells the programs of a terminal its new size: SIGWINCH. Without a terminal nothing happens. */
  resize(columns: number, rows: number): void;
  /** Calls an export of a reactor (a module with `_initialize` and without `_start`). */
  call(name: string, ...args: (number | bigint)[]): Promise<unknown>;
}

/** A program loaded once, to be started often. */
export interface Program {
  readonly name: string;
  /** Forgets it. Processes already started go on. */
  unload(): void;
}

export type FileType = "file" | "directory" | "symlink" | "character" | "block" | "fifo" | "socket";

export interface Stat {
  type: FileType;
  /**
   * Permission bits. They are kept, and not enforced: programs neither see nor change them. What programs make has 0o644,
   * directories 0o755, links 0o777.
   */
  mode: number;
  /** Bytes. */
  size: number;
  /** The mount. Two names are one file when dev and ino are the same. */
  dev: number;
  ino: number;
  nlink: number;
  /** Milliseconds since 1970. */
  mtimeMs: number;
  atimeMs: number;
  ctimeMs: number;
}

export interface DirEntry {
  name: string;
  type: FileType;
}

/** An archive, in any form a page may have it. */
export type ArchiveSource = ReadableStream<Uint8Array> | Response | PromiseLike<Response> | Blob | ArrayBuffer | ArrayBufferView;

export interface ImportOptions {
  /** Most bytes of contents in all. Default 4 GiB. */
  maxBytes?: number;
  /** Most entries. Default 100 000. */
  maxEntries?: number;
  /** How many bytes one byte of a compressed archive may become, looked at from 16 MiB of contents on. Default 250. */
  maxRatio?: number;
  /** "refuse" makes files that are there already an error. Default "replace". */
  existing?: "replace" | "refuse";
  /**
   * Symbolic links that lead, or may lead, out of the target: an error ("refuse", the default), left out and
   * named in the result ("skip"), or made ("keep"). Nothing is ever written through a symbolic link.
   */
  outside?: "refuse" | "skip" | "keep";
  /** Called with each entry, before it is written. */
  onEntry?: (name: string) => void;
  signal?: AbortSignal;
}

/** What an import has done. */
export interface Imported {
  entries: number;
  /** Of contents. */
  bytes: number;
  /** Links that were left out. */
  skipped: string[];
}

export interface ExportOptions {
  /** A directory inside the archive that everything goes into. Default: names begin below `path`. */
  prefix?: string;
  /** False leaves a file out, or a directory with all that is in it. `path` is absolute. */
  filter?: (path: string, type: FileType) => boolean;
  signal?: AbortSignal;
}

/** What is wrong with an archive, or stands in its way. */
export type ArchiveReason =
  /** A name goes up with "..", or begins at the root. */
  | "dotdot" | "absolute"
  /** A link leads out of the target; a hard link's file is not in the archive; a name leads through a symbolic link. */
  | "link" | "through-link"
  /** A name is not UTF-8, or is none at all. */
  | "encoding" | "name"
  /** A name comes twice; something is there already that is not to be replaced. */
  | "duplicate" | "exists"
  /** A device, FIFO or socket; a kind of entry or compression that is not known; encrypted. */
  | "device" | "unsupported"
  /** One of the limits in ImportOptions. */
  | "bytes" | "entries" | "ratio"
  /** The archive ends early; it is damaged, or none at all. */
  | "truncated" | "corrupt"
  /** Reading or writing a file failed: `code` says why. */
  | "filesystem";

/** A failed import or export. */
export interface ArchiveError extends WASIXError {
  readonly reason: ArchiveReason;
  /** The entry it is about; "" when it is about none. */
  readonly entry: string;
  /** What an import had written by then: absolute paths, in order. A file is there with all its contents, or not at all. */
  readonly written: string[];
}

/** Files in memory as they were when it was taken. It costs what has changed since, until it is released. */
export interface Snapshot extends AsyncDisposable {
  release(): Promise<void>;
}

/** The files that programs see. Paths are absolute. Every call rejects with WASIXError. */
export interface FileSystem {
  /** All of a file; or `length` bytes from `offset` on, fewer where it ends. */
  readFile(path: string, range?: { offset?: number; length?: number }): Promise<Uint8Array<ArrayBuffer>>;
  /** Decodes UTF-8. */
  readText(path: string): Promise<string>;
  /** Creates or replaces; `append` adds at the end. Missing parents are ENOENT unless `parents`. */
  writeFile(path: string, data: Bytes, options?: { append?: boolean; parents?: boolean }): Promise<void>;
  /** Without "." and "..". */
  readDir(path: string): Promise<DirEntry[]>;
  /** Follows symlinks. */
  stat(path: string): Promise<Stat>;
  /** Does not. */
  lstat(path: string): Promise<Stat>;
  /** False for ENOENT and ENOTDIR; other errors reject. */
  exists(path: string): Promise<boolean>;
  /** `recursive` makes parents too and is content with one that exists. */
  mkdir(path: string, options?: { recursive?: boolean }): Promise<void>;
  /** A directory must be empty unless `recursive`. `force` is content with one that is not there. */
  remove(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  link(existing: string, path: string): Promise<void>;
  readlink(path: string): Promise<string>;
  /** Times in milliseconds since 1970, or Dates. */
  utimes(path: string, atime: number | Date, mtime: number | Date): Promise<void>;
  /** Of a symlink itself. */
  lutimes(path: string, atime: number | Date, mtime: number | Date): Promise<void>;
  truncate(path: string, size?: number): Promise<void>;
  /**
   * Sets permission bits, 0 to 0o777. Files in memory and in IndexedDB keep them, and overlays on these; ENOTSUP for OPFS, picked
   * directories and providers, EROFS for trees on web servers, which have those of their manifest.
   */
  chmod(path: string, mode: number): Promise<void>;
  /**
   * Keeps the files that are mounted at path ("/", the default, is the tree itself) as they are now, in microseconds: nothing is
   * copied before it changes. Only files in memory: ENOTSUP for a database or a provider, EINVAL where nothing is mounted. What is
   * mounted below is not part of it. A worker that is restarted takes its snapshots along.
   */
  snapshot(path?: string): Promise<Snapshot>;
  /**
   * Puts a copy of a snapshot in the place of the files in memory at path, which may be another place than where it was taken;
   * mounts below stay. As often as you like. EBUSY while programs run.
   */
  restore(snapshot: Snapshot, path?: string): Promise<void>;
  /** Resolves when everything written is on persistent storage. */
  sync(): Promise<void>;
  /** EBUSY when another tab or worker has a database mounted for writing. */
  mount(path: string, spec: MountSpec | ProgramFile | unknown): Promise<void>;
  unmount(path: string): Promise<void>;
  /**
   * Compares the database mounted at path with what it should hold, and says what is wrong: [] when nothing is.
   * `repair` mends it.
   */
  check(path: string, options?: { repair?: boolean }): Promise<string[]>;
  /** Asks the browser to keep this site's data until the user deletes it. To be called on a page. */
  persist(): Promise<boolean>;
  /** What this site's storage holds and may hold, in bytes; 0 when the browser does not tell. */
  estimate(): Promise<{ usage: number; quota: number; persisted: boolean }>;
  /**
   * Unpacks a tar or tar.gz into a directory, which is made. Entry by entry: memory does not grow with the archive.
   * Rejects with ArchiveError. Permission bits are kept where files have them (see chmod), setuid and its like and owners are not.
   */
  importTar(source: ArchiveSource, path: string, options?: ImportOptions): Promise<Imported>;
  /** The same for zip. What its directory tells is checked before anything is written. */
  importZip(source: ArchiveSource, path: string, options?: ImportOptions): Promise<Imported>;
  /**
   * Packs a directory, or one file, while it is read; `gzip` compresses. Devices, FIFOs and sockets are left out,
   * and so are /dev and /proc. The stream fails with ArchiveError.
   */
  exportTar(path: string, options?: ExportOptions & { gzip?: boolean }): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  /** The same as zip, compressed. Hard links become files of their own: zip has none. */
  exportZip(path: string, options?: ExportOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

/** One file as users of @runno/wasi give it. */
export interface RunnoFile {
  path: string;
  timestamps?: { access: Date; modification: Date; change: Date };
  mode?: "string" | "binary";
  content: string | Uint8Array;
}

/** Options of start, as users of @runno/wasi know them. */
export interface StartOptions {
  args?: string[];
  env?: Record<string, string>;
  stdin?: Input;
  stdout?: Output;
  stderr?: Output;
  fs?: Record<string, RunnoFile | Bytes>;
  /** The streams look like a terminal, in raw mode: what `stdin` gives is not shown. */
  isTTY?: boolean;
  /** A terminal of this size; asked once, at the start. */
  tty?: { get(): Awaitable<{ cols: number; rows: number; raw?: boolean }> };
  clock?: CreateOptions["clock"];
  random?: CreateOptions["random"];
  /** Called after each system call: its name, its arguments and result as the trace prints them ("fd=1", "errno=ESUCCESS"). */
  debug?: (name: string, args: string[], result: string, line: string) => void;
  signal?: AbortSignal;
  timeoutMs?: number;
  onProgress?: (progress: Progress) => void;
  assets?: Assets;
}

export interface StartResult extends ExitStatus {
  /** Every file there is after the program has ended, by absolute path. */
  fs: Record<string, Required<RunnoFile>>;
}

/** Counts of what lives in a kernel. */
export interface Live {
  processes: number;
  threads: number;
  timers: number;
  /** Calls that wait, by what they wait for. */
  waiters: number;
  memories: number;
}

/** A system: one worker, its files, its processes. */
export class WASIX {
  private constructor();
  /** Starts a system. Rejects with KernelError when it cannot run here, saying why. */
  static create(options?: CreateOptions): Promise<WASIX>;
  /** Runs one program in a system of its own, which is gone afterwards. */
  static run(source: ProgramSource, options?: RunOptions & CreateOptions): Promise<RunResult>;
  /** The same in the form of @runno/wasi. */
  static start(source: ProgramSource, options?: StartOptions): Promise<StartResult>;
  /** Whether this browser can run programs at all. */
  static readonly supported: boolean;
  /** The version of wasix-web. */
  static readonly version: string;

  readonly fs: FileSystem;
  onWarn: ((message: string) => void) | null;
  /** Starts a program. Rejects with ProgramError when it cannot be loaded. */
  spawn(source: ProgramSource, options?: SpawnOptions): Promise<Process>;
  /** Starts a program, feeds it, and resolves with its whole output. Time-outs and aborts resolve, too: see `reason`. */
  run(source: ProgramSource, options?: RunOptions): Promise<RunResult>;
  /** Downloads and compiles a program to start it many times. */
  load(source: ProgramSource, options?: { name?: string; onProgress?: (progress: Progress) => void; signal?: AbortSignal }): Promise<Program>;
  /** What lives in the kernel: all zero when every program has ended. */
  live(): Promise<Live>;
  /** The kernel's memory in bytes, and how many compiled programs it knows: some that were unloaded are kept for a while. */
  memory(): Promise<{ heap: number; total: number; programs: number }>;
  /** Syncs persistent mounts, ends every program and the worker. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A failed call: of sys.fs, or to be thrown by a provider. */
export class WASIXError extends Error {
  /** A WASI number, or a name such as "ENOENT". */
  constructor(errno: number | string, message?: string);
  /** The WASI number. */
  readonly errno: number;
  /** Its name, "ENOENT". */
  readonly code: string;
}

/** What is wrong with a program that cannot be started. */
export type ProgramErrorKind =
  | "not-wasm" | "wrong-version" | "component" | "truncated" | "malformed" | "too-large"
  | "invalid" | "missing-import" | "import-type" | "no-start" | "memory64" | "multi-memory"
  | "no-memory" | "no-jspi" | "fetch" | "unloaded";

/** A program that cannot be loaded or started. The message names it and the cause. */
export class ProgramError extends Error {
  constructor(kind: ProgramErrorKind, message: string, options?: ErrorOptions);
  readonly kind: ProgramErrorKind;
}

/** The runtime itself cannot start, or has failed: every running and later call of the system rejects with it. */
export class KernelError extends Error {
  constructor(kind: KernelError["kind"], message: string, options?: ErrorOptions);
  /** "no-jspi": this browser cannot run it. "load": its files cannot be had. "panic": a bug in it. "closed": it was closed. */
  readonly kind: "no-jspi" | "load" | "panic" | "closed";
}

export default WASIX;
