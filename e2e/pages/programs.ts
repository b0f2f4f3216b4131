// Runs what programs_test.go asks for through the client's API.

import { WASIX } from "wasix-web";

interface Step {
  wasm: string;
  args: string[];
  env: string[];
  stdin: string;
}

interface Case {
  /** Where the directory tree is that the programs need, or "". */
  tree: string;
  files: Record<string, string>;
  steps: Step[];
  read: string[];
}

interface StepResult {
  exitCode: number;
  reason: string;
  trap: string;
  length: number;
  sha256: string;
  head: string;
  tail: string;
  stderr: string;
}

async function runCase(c: Case): Promise<{ steps: StepResult[]; files: Record<string, string> }> {
  const sys = await WASIX.create();
  try {
    if (c.tree) await unpack(sys, await (await fetch(c.tree)).arrayBuffer());
    for (const [path, text] of Object.entries(c.files)) await sys.fs.writeFile(path, text, { parents: true });
    const steps: StepResult[] = [];
    for (const { wasm, args, env, stdin } of c.steps) {
      // A program of the machine's comes from the network, one that another program has made from the file tree.
      const source = wasm.startsWith("/npm/") ? fetch(wasm) : await sys.fs.readFile(wasm);
      const out = await sys.run(source, { args, env, stdin });
      const bytes = out.stdoutBytes;
      steps.push({
        exitCode: out.exitCode, reason: out.reason, trap: out.trap, length: bytes.length, sha256: await sha256(bytes),
        head: out.stdout.slice(0, 500), tail: out.stdout.slice(-500), stderr: out.stderr.slice(0, 4000),
      });
    }
    const files: Record<string, string> = {};
    for (const path of c.read) files[path] = await sys.fs.exists(path) ? await sha256(await sys.fs.readFile(path)) : "missing";
    const live = await sys.live();
    if (Object.values(live).some((n) => n > 0)) throw new Error(`left behind: ${JSON.stringify(live)}`);
    return { steps, files };
  } finally {
    await sys.close();
  }
}

/** unpack writes a tree: length of the list, the list as JSON, and then the contents. */
async function unpack(sys: WASIX, data: ArrayBuffer): Promise<void> {
  const length = new DataView(data).getUint32(0, true);
  const list = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length))) as { path: string; size: number }[];
  let at = 4 + length;
  for (const { path, size } of list) {
    await sys.fs.writeFile(path, new Uint8Array(data, at, size), { parents: true });
    at += size;
  }
}

async function sha256(data: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data as BufferSource));
  return [...digest].map((b) => b.toString(16).padStart(2, "0")).join("");
}

Object.assign(globalThis, { runCase });
