// WASIX.start: run in the form that users of @runno/wasi know.

import type { Bytes, FileSystem, Files, ProgramSource, RunnoFile, StartOptions, StartResult } from "../wasix-web";
import { toInput, WASIX } from "./system";

export async function start(source: ProgramSource, options: StartOptions): Promise<StartResult> {
  const { args, env, isTTY, signal, timeoutMs, onProgress, assets, debug, clock, random, tty } = options;
  const given = Object.entries(options.fs ?? {}).map(([path, file]) => [absolutePath(path), file] as const);
  const system = await WASIX.create({ assets, onProgress, clock, random, files: contents(given) });
  try {
    for (const [path, file] of given) {
      if (isRunno(file) && file.timestamps) await system.fs.utimes(path, file.timestamps.access, file.timestamps.modification);
    }
    const size = await tty?.get();
    const process = await system.launch(source, {
      stdout: options.stdout, stderr: options.stderr, args, env, signal, timeoutMs, onProgress,
      // Raw: whoever answers has shown the answer already.
      terminal: size ? { raw: size.raw ?? true, columns: size.cols, rows: size.rows } : isTTY && { raw: true },
      trace: debug && pairs(debug),
    }, toInput(options.stdin ?? null), { stdout() {}, stderr() {} });
    const status = await process.exited;
    return { ...status, fs: await tree(system.fs) };
  } finally {
    await system.close();
  }
}

// The trace has a line when a call is entered, "==> name(a=1,b=2)", and one when
// it is left, "<== (errno=ESUCCESS)". A call that never returns has no second.
function pairs(debug: NonNullable<StartOptions["debug"]>): (line: string, pid: number) => void {
  const entered = new Map<number, { name: string; args: string }>();
  return (line, pid) => {
    const enter = /==> (\w+)\((.*)\)$/s.exec(line);
    if (enter) return void entered.set(pid, { name: enter[1]!, args: enter[2]! });
    const call = entered.get(pid);
    const exit = /<==\s*(.*)$/s.exec(line);
    if (!call || !exit) return;
    entered.delete(pid);
    debug(call.name, splitArgs(call.args), exit[1]!.replace(/^\((.*)\)$/s, "$1"), line);
  };
}

// Commas inside brackets and strings do not separate arguments.
function splitArgs(text: string): string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"|\[(?:"(?:\\.|[^"\\])*"|[^\]])*\]|\{[^}]*\}|[^,])+/gs) ?? [];
}

function isRunno(file: RunnoFile | Bytes): file is RunnoFile {
  return typeof file === "object" && "content" in file;
}

function contents(given: (readonly [string, RunnoFile | Bytes])[]): Files {
  return Object.fromEntries(given.map(([path, file]) => [path, isRunno(file) ? file.content : file]));
}

function absolutePath(path: string): string {
  return path.startsWith("/") ? path : `/${path.replace(/^\.\//, "")}`;
}

/** tree reads every file below a directory. */
async function tree(fs: FileSystem, dir = "/", into: StartResult["fs"] = {}): Promise<StartResult["fs"]> {
  for (const { name, type } of await fs.readDir(dir)) {
    const path = `${dir === "/" ? "" : dir}/${name}`;
    if (type === "directory") await tree(fs, path, into);
    if (type !== "file") continue;
    const stat = await fs.lstat(path);
    into[path] = {
      path,
      timestamps: { access: new Date(stat.atimeMs), modification: new Date(stat.mtimeMs), change: new Date(stat.ctimeMs) },
      mode: "binary",
      content: await fs.readFile(path),
    };
  }
  return into;
}
