// WASIX: one worker, its files, its processes.

import type { KernelConfig, SpawnSpec, WireFiles, WireSource, WireStreams, WireWasm } from "../protocol";
import type {
  CreateOptions, ExitStatus, FileSystem, InputProvider, Live, ModuleProvider, ProgramFile, ProgramSource, Progress, RunOptions, RunResult, SpawnOptions, StartOptions, StartResult,
} from "../wasix-web";
import { Connection } from "./connection";
import { KernelError, ProgramError, WASIXError, noJSPI } from "./errors";
import { Files } from "./files";
import { isInput, isOutput, kernelConfig, spawnSpec, tracer } from "./options";
import { Process, type ProcessHooks } from "./process";
import { Program } from "./program";
import { isModule, Providers } from "./providers";
import { Collector, noRun } from "./result";
import { start } from "./start";
import { inputOf, outputOf } from "../stdio";
import { mountsURL, open, providersURL, wasmURL } from "./start_worker";
import { compiledKernel } from "./kernel_module";
import { absolute, isProgram, messageOf, programFile, toBytes, wireFiles, wireSource } from "./sources";

/** Bytes of input that travel with the spawn message. */
const inlineInput = 64 << 10;

type Input = Uint8Array | ReadableStream<Uint8Array | string> | InputProvider | ModuleProvider | null | undefined;

export class WASIX {
  static readonly WASIXError = WASIXError;
  static readonly ProgramError = ProgramError;
  static readonly KernelError = KernelError;
  static readonly version: string = WASIX_VERSION;

  static get supported(): boolean {
    const api = globalThis.WebAssembly as unknown as Record<string, unknown> | undefined;
    return typeof api?.Suspending === "function" && typeof api.promising === "function";
  }

  static async create(options: CreateOptions = {}): Promise<WASIX> {
    if (!WASIX.supported) throw noJSPI();
    const wasm = await wireWasm(options.assets?.wasm);
    const system = new WASIX(options, wasm);
    await system.#connection;
    return system;
  }

  static async run(source: ProgramSource, options: RunOptions & CreateOptions = {}): Promise<RunResult> {
    const { files, ...rest } = options;
    if (options.signal?.aborted) return noRun("aborted");
    const system = await WASIX.create(rest);
    try {
      return await system.run(source, { ...options, files });
    } finally {
      await system.close();
    }
  }

  static start(source: ProgramSource, options: StartOptions = {}): Promise<StartResult> {
    return start(source, options);
  }

  readonly fs: FileSystem;
  onWarn: ((message: string) => void) | null;
  #options: CreateOptions;
  #wasm: WireWasm;
  #files: WireFiles;
  #connection!: Promise<Connection>;
  #closed: KernelError | undefined;
  #providers = new Providers(() => providersURL(this.#options.assets ?? {}).href, () => mountsURL(this.#options.assets ?? {}).href,
    (progress) => this.#options.onProgress?.(progress));
  #mounts: [string, unknown][];
  #programs: Promise<WireFiles>;
  #config: KernelConfig;

  private constructor(options: CreateOptions, wasm: WireWasm) {
    this.#options = options;
    this.#wasm = wasm;
    this.#files = wireFiles(options.files);
    this.onWarn = options.onWarn ?? ((message) => console.warn(`wasix-web: ${message}`));
    this.fs = new Files(async (op, args) => (await this.#connection).call(op, args), this.#providers, options.assets);
    const mounts = Object.entries(options.mounts ?? {});
    this.#programs = programs(mounts);
    this.#programs.catch(() => {}); // starting says it
    this.#mounts = mounts.filter(([, spec]) => !isProgram(spec)).map(([path, spec]) => [path, this.#providers.wireMount(path, spec)]);
    this.#config = kernelConfig(options, this.#providers);
    this.#boot();
  }

  async spawn(source: ProgramSource, options: SpawnOptions = {}): Promise<Process> {
    const { stdin } = options;
    const input: Input = stdin === undefined || stdin === "pipe" ? undefined : stdin === "null" ? null : toInput(stdin);
    return this.launch(source, options, input, {});
  }

  async run(source: ProgramSource, options: RunOptions = {}): Promise<RunResult> {
    if (options.signal?.aborted) return noRun("aborted");
    const output = new Collector(options);
    let process: Process;
    try {
      process = await this.launch(source, options, toInput(options.stdin ?? ""), output);
    } catch (error) {
      if (options.signal?.aborted) return noRun("aborted");
      throw error;
    }
    output.watch(process);
    return output.result(await process.exited);
  }

  async load(source: ProgramSource, options: { name?: string; onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {}): Promise<Program> {
    if (source instanceof Program) return source;
    const wired = await until(wireSource(source, options.name), options.signal);
    const connection = await until(this.#connection, options.signal);
    return Program.load(connection, wired, { progress: this.#progress("program", wired.name, options.onProgress), signal: options.signal });
  }

  async live(): Promise<Live> {
    return (await this.#connection).call("live", []);
  }

  async memory(): Promise<{ heap: number; total: number; programs: number }> {
    return (await this.#connection).call("memory", []);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = new KernelError("closed", "the system has been closed");
    const connection = await this.#connection.catch(() => undefined);
    this.#connection = Promise.reject(this.#closed);
    this.#connection.catch(() => {});
    if (!connection || connection.dead) return;
    if (this.#options.mounts) {
      // A program that makes no calls would hold up the last sync for ever.
      await new Promise<void>((done) => {
        const stop = connection.watch(done);
        connection.call("sync", []).then(() => done(), () => done()).finally(stop);
      });
    }
    connection.end(this.#closed, false);
    await this.#providers.close().catch((error) => this.#warn(`closing a provider: ${messageOf(error)}`));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Starts a program with its input: null is none, undefined leaves the pipe to
   * the caller. Its hooks get output and trace instead of its streams.
   */
  async launch(source: ProgramSource, options: SpawnOptions | RunOptions, input: Input, hooks: ProcessHooks): Promise<Process> {
    const shape: SpawnOptions = { ...options, stdin: input === null ? "null" : "pipe" };
    spawnSpec(shape, ""); // complains before anything is fetched
    const streams: WireStreams = {};
    if (isModule(input)) streams.stdin = this.#providers.wireStream(input);
    for (const name of ["stdout", "stderr"] as const) {
      const output = options[name];
      if (isOutput(output)) (hooks.served ??= [])[name === "stdout" ? 1 : 2] = outputOf(output);
      else if (isModule(output)) streams[name] = this.#providers.wireStream(output);
    }
    const files = wireFiles(options.files, options.cwd);
    const { signal } = options;
    signal?.throwIfAborted();
    const [connection, wired] = await until(Promise.all([
      this.#connection,
      source instanceof Program ? { source, name: source.name, transfer: [] } : wireSource(source),
    ]), signal);
    const wire: WireSource = wired.source instanceof Program ? { program: await until(wired.source.number(connection), signal) } : wired.source;
    const spec = spawnSpec(shape, wired.name);
    const inline = input instanceof Uint8Array && input.length <= inlineInput ? input : null;
    return connection.call("spawn", [wire, wired.name, spec, files, inline, inline !== null || input === null, streams], {
      transfer: wired.transfer,
      signal,
      progress: this.#progress("program", wired.name, options.onProgress),
      then: (pid: number) => this.#started(connection, pid, spec, options, input, inline, { ...bound(hooks), trace: tracer(options.trace), warn: (message) => this.#warn(`${spec.args[0]}: ${message}`) }),
    }) as unknown as Promise<Process>;
  }

  // Runs before any later message is looked at, so that no output is missed.
  #started(connection: Connection, pid: number, spec: Omit<SpawnSpec, "program">, options: SpawnOptions | RunOptions, input: Input, inline: Uint8Array | null, hooks: ProcessHooks): Process {
    const process = new Process(connection, pid, hooks, spec.stdin === "terminal");
    connection.add(process);
    if (input !== undefined) process.input.seal();
    if (isInput(input)) {
      process.input.ask(input, hooks.warn!);
      (hooks.served ??= [])[0] = input;
    } else if (inline) process.input.preset(inline.length, true);
    else if (input && !isModule(input)) {
      process.input.feed(input).catch((error) => {
        process.input.close();
        this.#warn(`stdin of ${spec.args[0]} ended early: ${messageOf(error)}`);
      });
    }
    const { timeoutMs, signal } = options;
    if (timeoutMs !== undefined) {
      const timer = setTimeout(() => process.stop("timeout"), Math.min(timeoutMs, 0x7fffffff));
      process.onEnd(() => clearTimeout(timer));
    }
    if (signal) {
      const stop = () => process.stop("aborted");
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
      process.onEnd(() => signal.removeEventListener("abort", stop));
    }
    return process;
  }

  #boot(restart = false): void {
    this.#connection = this.#connect(restart);
    this.#connection.catch(() => {}); // every call reports it
  }

  async #connect(restart: boolean): Promise<Connection> {
    const { assets = {}, graceMs = 2000 } = this.#options;
    const progress = this.#options.onProgress && this.#progress("runtime", "wasix-web");
    // The worker's script loads while the kernel arrives and compiles.
    const kernel = "url" in this.#wasm ? compiledKernel(this.#wasm.url, progress) : undefined;
    const connection = new Connection(await open(assets), {
      warn: (message) => this.#warn(message),
      replaced: () => this.#closed ?? this.#boot(true),
      failed: (error) => void (this.#connection = rejected(error)),
      callback: (message, reply) => this.#providers.answer(message, reply),
    }, graceMs);
    const module = await kernel;
    const files = await this.#programs.catch((error: Error) => {
      connection.end(error, false);
      throw error;
    });
    const wasm = module ? { module } : this.#wasm;
    await connection.call("boot", [wasm, { ...this.#config, restart }, this.#mounts, [...this.#files, ...files]], { progress });
    hideSyncs(connection);
    return connection;
  }

  #warn(message: string): void {
    this.onWarn?.(message);
  }

  #progress(phase: Progress["phase"], name: string, own?: (progress: Progress) => void): ((loaded: number, total: number) => void) | undefined {
    const all = this.#options.onProgress;
    if (!own && !all) return undefined;
    return (loaded, total) => {
      const progress = { phase, name, loaded, total };
      own?.(progress);
      if (all && all !== own) all(progress);
    };
  }
}

declare const WASIX_VERSION: string;

// A page that is hidden may be gone without another word.
function hideSyncs(connection: Connection): void {
  if (typeof document !== "object") return;
  const hidden = () => {
    if (connection.dead) document.removeEventListener("visibilitychange", hidden);
    else if (document.visibilityState === "hidden") connection.call("sync", []).catch(() => {});
  };
  document.addEventListener("visibilitychange", hidden);
}

// The files of the programs among the mounts. One that is given under several
// names is read once.
function programs(mounts: [string, unknown][]): Promise<WireFiles> {
  const known = new Map<unknown, Promise<Blob>>();
  return Promise.all(mounts.filter(([, spec]) => isProgram(spec)).map(async ([path, spec]): Promise<[string, Blob]> => {
    if (!path.startsWith("/")) throw new TypeError(`mounts: not an absolute path: ${JSON.stringify(path)}`);
    let file = known.get(spec);
    if (!file) known.set(spec, file = programFile(path, spec as ProgramFile));
    return [path, await file];
  }));
}

async function wireWasm(wasm: NonNullable<CreateOptions["assets"]>["wasm"]): Promise<WireWasm> {
  if (wasm === undefined) return { url: wasmURL().href };
  if (wasm instanceof ArrayBuffer) return { bytes: wasm };
  if (typeof wasm === "string" || wasm instanceof URL) return { url: absolute(wasm).href };
  try {
    const response = await wasm;
    if (!response.ok) throw new Error(`${response.url || "the server"} answered ${response.status} ${response.statusText}`.trimEnd());
    return { bytes: await response.arrayBuffer() };
  } catch (cause) {
    throw new KernelError("load", `cannot load wasix-web.wasm: ${messageOf(cause)}`, { cause });
  }
}

/** What launch takes, of what the page gave. */
export function toInput(stdin: Exclude<RunOptions["stdin"], undefined>): Input {
  if (stdin === null || isModule(stdin)) return stdin;
  if (isInput(stdin)) return inputOf(stdin);
  if (stdin instanceof ReadableStream) return stdin;
  const bytes = toBytes(stdin);
  return bytes instanceof Blob ? bytes.stream() : bytes;
}

/** until gives up waiting when the signal aborts. */
function until<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function bound(hooks: ProcessHooks): ProcessHooks {
  return { stdout: hooks.stdout?.bind(hooks), stderr: hooks.stderr?.bind(hooks), served: hooks.served };
}

function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}

export type { ExitStatus };
