// The page behind `wasix-web run` and `wasix-web suite`: it asks its server for
// programs to run, one at a time, and posts back what they print, how they end
// and which files they changed. Any browser can open it; no driver is needed.

import { WASIX } from "../src/client/index";
import type { ExitStatus } from "../src/wasix-web";
import { changes, unpack, type Tree } from "./tree";

interface Job {
  id: number;
  name: string;
  args: string[];
  env: string[];
  cwd: string;
  /** Guest directories that are loaded before and reported after. */
  dirs: string[];
  preopens: string[];
  timeoutMs: number;
  stdin: boolean;
  trace: boolean;
  terminal: boolean;
}

const params = new URLSearchParams(location.search);
const tab = params.get("tab") ?? "0";

async function post(path: string, body: BodyInit | null): Promise<void> {
  const r = await fetch(path, { method: "POST", body });
  if (!r.ok) throw new Error(`${path}: ${r.status}`);
}

/** Posts pieces of one stream in order, several at once when the server is slow. */
class Poster {
  private waiting: Uint8Array[] = [];
  private bytes = 0;
  private sending: Promise<void> | undefined;
  constructor(private readonly path: string) {}

  /** Resolves when more may come. */
  async add(b: Uint8Array): Promise<void> {
    this.waiting.push(b);
    this.bytes += b.length;
    this.sending ??= this.send();
    if (this.bytes > 1 << 20) await this.sending;
  }

  async end(): Promise<void> { await this.sending; }

  private async send(): Promise<void> {
    while (this.waiting.length > 0) {
      const parts = this.waiting;
      this.waiting = [];
      this.bytes = 0;
      await post(this.path, new Blob(parts as BlobPart[]));
    }
    this.sending = undefined;
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

const create = (onWarn: (m: string) => void) => WASIX.create({ onWarn });

// The next system boots while a program runs, so that every program gets a
// fresh one and none waits for it.
let warnings: (m: string) => void = () => {};
let spare: Promise<WASIX> | undefined;
function nextSystem(): Promise<WASIX> {
  const s = spare ?? create((m) => warnings(m));
  spare = undefined;
  return s;
}

async function run(job: Job): Promise<void> {
  const base = `/api/job/${job.id}`;
  const stderr = new Poster(`${base}/out/2`);
  warnings = (m) => { void stderr.add(new TextEncoder().encode(`wasix-web: ${m}\n`)); };
  let sys: WASIX | undefined;
  let result: Partial<ExitStatus> & { error?: string; kind?: string };
  try {
    const program = fetch(`${base}/program`);
    program.catch(() => {});
    sys = await nextSystem();
    const trees: Tree[] = [];
    for (const [i, dir] of job.dirs.entries())
      trees.push(await unpack(sys.fs, dir, await fetch(`${base}/tree/${i}`)));
    const stdin = job.stdin ? (await fetch(`${base}/stdin`)).body! : "null";
    const proc = await sys.spawn(await program, {
      args: job.args, env: job.env, cwd: job.cwd, preopens: job.preopens,
      stdin: job.terminal ? "pipe" : stdin,
      terminal: job.terminal,
      timeoutMs: job.timeoutMs || undefined,
      trace: job.trace ? (line) => { void stderr.add(new TextEncoder().encode(line + "\n")); } : undefined,
    });
    if (job.terminal && stdin !== "null") void stdin.pipeTo(proc.stdin as unknown as WritableStream<Uint8Array>).catch(() => {});
    spare = create((m) => warnings(m));
    spare.catch(() => {});
    await Promise.all([pump(proc.stdout, new Poster(`${base}/out/1`)), pump(proc.stderr, stderr)]);
    result = await proc.exited;
    if (!result.restarted)
      for (const [i, tree] of trees.entries()) await post(`${base}/tree/${i}`, await changes(sys.fs, tree));
  } catch (e) {
    const err = e as Error & { kind?: string };
    result = { error: err.message, kind: err.kind ?? err.name };
  }
  await stderr.end();
  await post(`${base}/exit`, JSON.stringify(result));
  await sys?.close();
}

async function main(): Promise<void> {
  for (;;) {
    const r = await fetch(`/api/next?tab=${tab}`, { method: "POST" });
    if (r.status === 204) continue;
    if (!r.ok) return;
    await run(await r.json() as Job);
  }
}

void main().catch((e) => fetch("/api/failed", { method: "POST", body: String(e?.stack ?? e) }));
