// The page behind `wasix-web run` and `wasix-web suite`: it asks its server for
// programs to run, one at a time, and posts back what they print, how they end
// and which files they changed. Any browser can open it; no driver is needed.

import { WASIX } from "../src/client/index";
import type { ExitStatus, Process, TerminalSize } from "../src/wasix-web";
import { changes, unpack, type Tree } from "./tree";

/** As e2e/runner/task.go sends it. */
interface Job {
  id: number;
  name: string;
  args: string[];
  env: string[];
  cwd: string;
  /** Trees to load before and to report after: the guest directories where each is seen. */
  dirs: string[][];
  /** Where they are for the user. */
  hosts: string[];
  /** Guest directories that have to be mounts of tree n, in this order. */
  mounts: { path: string; n: number }[];
  preopens: string[] | null;
  timeoutMs: number;
  stdin: boolean;
  trace: boolean;
  /** Say when files of the trees are closed. */
  closes: boolean;
  free: boolean;
  isatty: boolean;
  /** stdout and stderr are the same file: what comes first is posted first. */
  merged: boolean;
  terminal: TerminalSize | null;
}

/** Something that happens to the running job. */
interface Control {
  id: number;
  signal?: string;
  resize?: TerminalSize;
}

type Result = Partial<ExitStatus> & { error?: string; kind?: string; left?: string };

const tab = new URLSearchParams(location.search).get("tab") ?? "0";

/** How long a program may go on after its reader has gone. */
const pipeGraceMs = 1000;

async function post(path: string, body: BodyInit | null): Promise<Response> {
  return fetch(path, { method: "POST", body });
}

/** Posts pieces of one stream in order, several at once when the server is slow. */
class Poster {
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #sending: Promise<void> | undefined;
  #broken = false;
  constructor(private readonly path: string) {}

  /** Resolves when more may come. */
  async add(b: Uint8Array): Promise<void> {
    if (this.#broken) return;
    this.#waiting.push(b);
    this.#bytes += b.length;
    this.#sending ??= this.#send();
    if (this.#bytes > 1 << 20) await this.#sending;
  }

  /** Adds a line that is not the program's own. */
  say(line: string): void {
    void this.add(new TextEncoder().encode(line + "\n"));
  }

  async end(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const parts = this.#waiting;
      this.#waiting = [];
      this.#bytes = 0;
      const r = await post(this.path, new Blob(parts as BlobPart[]));
      if (r.ok) continue;
      this.#broken = true; // nobody reads it: the server sends the signal
      this.#waiting = [];
    }
    this.#sending = undefined;
  }
}

async function pump(stream: ReadableStream<Uint8Array>, to: Poster): Promise<void> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    await to.add(value);
  }
  await to.end();
}

/** The body of a response, which is asked for when somebody reads. */
function lazy(path: string): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream({
    async pull(controller) {
      reader ??= (await fetch(path)).body!.getReader();
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => reader?.cancel(),
  }, { highWaterMark: 0 });
}

// The next system boots while a program runs, so that every program gets a
// fresh one and none waits for it.
let warn: (message: string) => void = () => {};
let spare: Promise<WASIX> | undefined;

function boot(): Promise<WASIX> {
  const s = WASIX.create({ onWarn: (m) => warn(m) });
  s.catch(() => {});
  return s;
}

function nextSystem(): Promise<WASIX> {
  const s = spare?.catch(boot) ?? boot(); // there may have been no room for it
  spare = undefined;
  return s;
}

/** The program that runs. */
let running: { id: number; proc: Process } | undefined;

/** What came for jobs before their program ran. */
const early = new Map<number, Control[]>();

function control(c: Control): void {
  if (running?.id !== c.id) {
    early.set(c.id, [...(early.get(c.id) ?? []), c]);
    return;
  }
  const { proc } = running;
  if (c.resize) proc.resize(c.resize.columns, c.resize.rows);
  if (!c.signal) return;
  proc.kill(c.signal);
  if (c.signal === "SIGPIPE") setTimeout(() => proc.kill("SIGKILL"), pipeGraceMs);
}

/** Brings the job's directories in. */
async function load(sys: WASIX, job: Job): Promise<Tree[]> {
  const all = job.dirs.flat();
  for (const { path, n } of job.mounts) await sys.fs.mount(path, { memory: `tree ${n}` });
  const trees: Tree[] = [];
  for (const [n, guests] of job.dirs.entries())
    trees.push(await unpack(sys.fs, guests[0]!, all, await fetch(`/api/job/${job.id}/tree/${n}`)));
  return trees;
}

async function run(job: Job): Promise<void> {
  const base = `/api/job/${job.id}`;
  const stdout = new Poster(`${base}/out/1`);
  const stderr = job.merged ? stdout : new Poster(`${base}/out/2`);
  warn = (m) => stderr.say(`wasix-web: ${m}`);
  let sys: WASIX | undefined;
  let result: Result;
  try {
    const program = fetch(`${base}/program/${encodeURIComponent(job.name)}`);
    program.catch(() => {});
    sys = await nextSystem();
    const trees = await load(sys, job);
    const stdin = job.stdin ? lazy(`${base}/stdin`) : "null";
    const proc = await sys.spawn(await program, {
      args: job.args,
      env: job.env,
      cwd: job.cwd,
      ...(job.preopens ? { preopens: job.preopens } : {}),
      stdin: job.terminal ? "pipe" : stdin,
      terminal: job.terminal ?? false,
      ...(job.timeoutMs ? { timeoutMs: job.timeoutMs } : {}),
      sandbox: !job.free,
      isatty: job.isatty,
      trace: (job.trace || job.closes) && ((line) => {
        const host = job.closes && closed(job, line);
        if (host) stderr.say(`TRACE virtual_fs: Closing host file host_path=${JSON.stringify(host)}`);
        if (job.trace) stderr.say(line);
      }),
    });
    if (job.terminal && stdin !== "null") void stdin.pipeTo(proc.stdin as unknown as WritableStream<Uint8Array>).catch(() => {});
    running = { id: job.id, proc };
    early.get(job.id)?.forEach(control);
    spare ??= boot();
    await Promise.all([pump(proc.stdout, stdout), pump(proc.stderr, stderr)]);
    result = await proc.exited;
    result.left = await leftovers(sys);
    for (const [n, tree] of trees.entries()) {
      if (result.restarted) {
        stderr.say("wasix-web: the program had to be ended together with its worker: what it changed in files is lost");
        break;
      }
      const changed = await changes(sys.fs, tree);
      if (changed) await post(`${base}/tree/${n}`, changed);
    }
  } catch (e) {
    const err = e as Error & { kind?: string };
    result = { error: err.message, kind: err.kind ?? err.name };
  }
  running = undefined;
  early.delete(job.id);
  await stdout.end();
  await stderr.end();
  warn = () => {};
  await post(`${base}/exit`, JSON.stringify(result));
  void sys?.close().catch(() => {});
}

/** The host's name of the file of a tree that a line of the trace calls closed. */
function closed(job: Job, line: string): string | undefined {
  const path = /^--- closed (.*)$/s.exec(line)?.[1];
  if (path === undefined) return;
  const parts: string[] = [];
  for (const part of path.split("/"))
    if (part === "..") parts.pop();
    else if (part && part !== ".") parts.push(part);
  const clean = `/${parts.join("/")}`;
  let best = "";
  let host: string | undefined;
  for (const [n, guests] of job.dirs.entries())
    for (const guest of guests) {
      const dir = guest.endsWith("/") ? guest : `${guest}/`;
      if (!clean.startsWith(dir) || dir.length <= best.length) continue;
      best = dir;
      host = `${job.hosts[n]}/${clean.slice(dir.length)}`;
    }
  return host;
}

/** What lives although the program has ended: children that go on, or what the kernel has forgotten. */
async function leftovers(sys: WASIX): Promise<string> {
  for (let round = 0; ; round++) {
    const left = Object.entries(await sys.live()).filter(([, n]) => n > 0);
    // Its children may be about to end, because it has.
    if (left.length === 0 || round === 50) return left.map(([what, n]) => `${n} ${what}`).join(", ");
    await new Promise((resolve) => setTimeout(resolve, round));
  }
}

/** The lines of a response, as they come. */
async function* lines(r: Response): AsyncGenerator<string> {
  const reader = r.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}

async function main(): Promise<void> {
  let last = Promise.resolve();
  for await (const line of lines(await fetch(`/api/work?tab=${tab}`))) {
    const message = JSON.parse(line) as Partial<Control> & { job?: Job };
    const { job } = message;
    if (job) {
      last = last.then(() => run(job));
      last.catch(failed);
    } else if (message.id !== undefined) {
      control(message as Control);
    }
  }
}

const failed = (e: unknown): void => void post("/api/failed", String((e as Error)?.stack ?? e));

void main().catch(failed);
