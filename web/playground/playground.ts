// The playground: pick a program, run it in a terminal, see how it ended.

import { WASIX } from "../src/client/index";
import type { ExitStatus, Process, Program, ProgramSource, Progress } from "../src/wasix-web";
import { type Dropped, dropped, listen } from "./drop";
import { FilePanel, bytes } from "./files";
import { element, tabs } from "./page";
import { openScreen, type Screen } from "./screen";
import { mounts, without } from "./storage";
import { TraceLog } from "./trace";
import { unwords, variables, words } from "./words";

/** As web/bundle/samples.go writes it. */
interface Sample {
  title: string;
  about: string;
  url: string;
  args: string[];
  env?: Record<string, string>;
  files?: Record<string, string>;
}

/** What Run would start. */
interface Chosen {
  name: string;
  open: () => ProgramSource;
  loaded?: { by: WASIX; program: Promise<Program> };
}

const form = element("setup", HTMLFormElement);
const select = element("sample", HTMLSelectElement);
const about = element("about", HTMLElement);
const args = element("args", HTMLInputElement);
const env = element("env", HTMLTextAreaElement);
const cwd = element("cwd", HTMLInputElement);
const trace = element("trace", HTMLInputElement);
const runButton = element("run", HTMLButtonElement);
const stopButton = element("stop", HTMLButtonElement);
const state = element("state", HTMLElement);
const progress = element("progress", HTMLProgressElement);
const fileInput = element("file", HTMLInputElement);

const keys = element("keys", HTMLElement);

let samples: Sample[] = [];
let chosen: Chosen | undefined;
let running: Process | undefined;
let busy = false;
let system: Promise<WASIX>;
let screen: Screen;
const log = new TraceLog(element("trace-log", HTMLElement));
const files = new FilePanel(async () => (await system).fs, say);

function say(text: string, mood = ""): void {
  state.textContent = text;
  state.className = mood;
  progress.hidden = true;
}

function showProgress({ phase, name, loaded, total }: Progress): void {
  state.textContent = `Loading ${phase === "runtime" ? "the runtime" : name} ${bytes(loaded)}${total ? ` of ${bytes(total)}` : ""}`;
  state.className = "";
  progress.hidden = false;
  if (total) {
    progress.max = total;
    progress.value = loaded;
  } else progress.removeAttribute("value");
}

function warn(message: string): void {
  void screen.write(`\x1b[33mwasix-web: ${message}\x1b[0m\r\n`);
}

function start(): void {
  const create = () => WASIX.create({ mounts, onProgress: showProgress, onWarn: warn });
  const created = create().catch((error: unknown) => {
    const lost = without(); // another tab may have them
    if (lost.length === 0) throw error;
    warn(`${lost.join(" and ")}: in memory for now: ${messageOf(error)}`);
    return create();
  });
  system = created;
  created.then(async () => {
    if (system !== created) return;
    if (!busy) say("Ready");
    await files.refresh();
  }).catch((error: unknown) => say(messageOf(error), "bad"));
}

function update(): void {
  runButton.disabled = busy || !chosen;
  stopButton.disabled = !running;
  const count = env.value.split("\n").filter((line) => line.trim()).length;
  element("env-count", HTMLElement).textContent = count ? String(count) : "";
}

async function chooseSample(sample: Sample): Promise<void> {
  const url = new URL(sample.url, new URL("samples.json", import.meta.url));
  const same = samples.find((other) => other !== sample && other.url === sample.url && loadedOf.has(other));
  const choice: Chosen = (same && loadedOf.get(same)) || { name: sample.args[0]!, open: () => url };
  loadedOf.set(sample, choice);
  chosen = choice;
  about.textContent = sample.about;
  args.value = unwords(sample.args);
  env.value = Object.entries(sample.env ?? {}).map(([key, value]) => `${key}=${value}`).join("\n");
  update();
  const { fs } = await system;
  for (const [path, text] of Object.entries(sample.files ?? {})) {
    if (!(await fs.exists(path))) await fs.writeFile(path, text, { parents: true });
  }
  await files.refresh();
}

const loadedOf = new Map<Sample, Chosen>();

function chooseFile(file: File): void {
  const name = file.name.replace(/\.wasm$/, "");
  chosen = { name, open: () => file };
  select.value = "";
  about.textContent = `${file.name}, ${bytes(file.size)}`;
  args.value = unwords([name]);
  update();
}

/** A program is downloaded and compiled once, however often it runs. */
async function load(choice: Chosen, sys: WASIX): Promise<Program> {
  if (choice.loaded?.by !== sys) {
    const program = sys.load(choice.open(), { name: choice.name, onProgress: showProgress });
    choice.loaded = { by: sys, program };
    program.catch(() => (choice.loaded = undefined)); // the next try loads again
  }
  return choice.loaded!.program;
}

async function run(choice: Chosen): Promise<void> {
  const list = words(args.value);
  const variablesGiven = variables(env.value);
  log.clear();
  show(trace.checked && document.activeElement === trace ? traceTab : terminalTab);
  const sys = await system;
  const program = await load(choice, sys);
  const begin = performance.now();
  const proc = await sys.spawn(program, {
    args: list.length ? list : [choice.name],
    env: { TERM: "xterm-256color", ...variablesGiven },
    cwd: cwd.value || "/",
    terminal: { columns: screen.columns, rows: screen.rows },
    trace: trace.checked ? (line) => log.add(line) : false,
  });
  running = proc;
  update();
  element("screen", HTMLElement).scrollIntoView({ block: "nearest" });
  say(`${choice.name} is running`);
  connect(proc);
  screen.focus();
  const shown = Promise.all([copy(proc.stdout), copy(proc.stderr)]);
  const status = await proc.exited;
  const ms = performance.now() - begin;
  await shown;
  if (status.trap) await screen.write(`\r\n\x1b[31m${status.trap.replaceAll("\n", "\r\n")}\x1b[0m\r\n`);
  report(choice.name, status, ms);
}

function report(name: string, status: ExitStatus, ms: number): void {
  const time = ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`;
  const lost = status.restarted ? "; it did not answer, so the worker was replaced and files are gone" : "";
  switch (status.reason) {
    case "exited":
      return say(`${name} exited with code ${status.exitCode} after ${time}`, status.exitCode === 0 ? "good" : "bad");
    case "trapped":
      return say(`${name} crashed after ${time}: ${status.trap.split("\n")[0]}`, "bad");
    default:
      return say(`${name} was ended by ${status.signal ?? status.reason} after ${time}${lost}`, "bad");
  }
}

/** Joins the keyboard with the program. */
function connect(proc: Process): void {
  const stdin = proc.stdin.getWriter();
  screen.onData = (data) => void stdin.write(data).catch(() => {}); // it has ended
  keys.hidden = !matchMedia("(pointer: coarse)").matches; // a phone's keyboard lacks them
  screen.onResize = (columns, rows) => proc.resize(columns, rows);
  void proc.exited.catch(() => {}).finally(() => {
    screen.onData = screen.idle;
    keys.hidden = true;
    screen.onResize = () => {};
    screen.restore();
  });
}

async function copy(from: ReadableStream<Uint8Array>): Promise<void> {
  const reader = from.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) await screen.write(next.value);
}

form.onsubmit = (event) => {
  event.preventDefault();
  if (busy || !chosen) return;
  busy = true;
  update();
  run(chosen).catch((error: unknown) => {
    say(messageOf(error), "bad");
    if ((error as { name?: string }).name === "KernelError") start();
  }).finally(() => {
    busy = false;
    running = undefined;
    update();
    void files.refresh().catch(() => {});
  });
};

stopButton.onclick = () => running?.kill("SIGKILL");
element("choose", HTMLButtonElement).onclick = () => fileInput.click();
fileInput.onchange = () => {
  if (fileInput.files![0]) chooseFile(fileInput.files![0]);
  fileInput.value = "";
};
select.onchange = () => {
  const sample = samples[Number(select.value)];
  if (select.value && sample) chooseSample(sample).catch((error) => say(messageOf(error), "bad"));
  else fileInput.click();
};
env.oninput = update;
element("clear", HTMLButtonElement).onclick = () => {
  screen.clear();
  log.clear();
};
element("reset", HTMLButtonElement).onclick = () => {
  void system.then((old) => old.close()).catch(() => {});
  screen.clear();
  start();
  const sample = samples[Number(select.value)];
  if (select.value && sample) void chooseSample(sample).catch(() => {});
};

for (const key of keys.querySelectorAll("button")) {
  key.onclick = () => {
    screen.onData(String.fromCharCode(Number(key.dataset.key)));
    screen.focus();
  };
}

const terminalTab = element("tab-terminal", HTMLButtonElement);
const traceTab = element("tab-trace", HTMLButtonElement);
const show = tabs([terminalTab, traceTab], (tab) => tab === terminalTab && screen?.focus());

// Dropping: a program is chosen, anything else is added.
listen(element("drop", HTMLElement), {
  over(target) {
    const folder = files.folderOf(target);
    files.mark(folder);
    return folder ? `Add to ${folder}` : "Drop a .wasm file to run it, or files, folders and archives to add them";
  },
  away: () => files.mark(""),
  drop(data, target) {
    const folder = files.folderOf(target);
    dropped(data).then((list) => take(list, folder)).catch((error) => say(messageOf(error), "bad"));
  },
});

async function take(list: Dropped[], folder: string): Promise<void> {
  const others: Dropped[] = [];
  for (const one of list) {
    // What is dropped on a folder is meant to be in it.
    const program = !folder && one.file && !one.path.includes("/") && (one.path.endsWith(".wasm") || (await isProgram(one.file)));
    if (program) chooseFile(one.file!);
    else others.push(one);
  }
  if (others.length > 0) await files.add(others, folder || cwd.value || "/");
}

async function isProgram(file: File): Promise<boolean> {
  return String.fromCharCode(...new Uint8Array(await file.slice(0, 4).arrayBuffer())) === "\0asm";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** list reads a file of samples. npm.json is empty where the programs are not installed. */
async function list(name: string): Promise<Sample[]> {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
  return (await response.json()) as Sample[];
}

async function main(): Promise<void> {
  if (!WASIX.supported) {
    const note = element("unsupported", HTMLElement);
    note.hidden = false;
    await WASIX.create().catch((error: unknown) => (note.textContent = messageOf(error)));
    return say("This browser cannot run programs", "bad");
  }
  screen = await openScreen(element("terminal", HTMLElement));
  start();
  samples = (await Promise.all(["samples.json", "npm.json"].map(list))).flat();
  select.prepend(...samples.map((sample, i) => new Option(sample.title, String(i))));
  select.value = "0";
  if (samples[0]) await chooseSample(samples[0]);
}

main().catch((error: unknown) => say(messageOf(error), "bad"));
