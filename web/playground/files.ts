// The list of files, and the dialog that shows one.

import type { FileSystem } from "../src/wasix-web";
import { element } from "./page";

interface Entry {
  path: string;
  size: number;
  link?: string;
}

/** The file in the dialog. */
interface Opened {
  path: string;
  data: Uint8Array<ArrayBuffer>;
  text: boolean;
}

/** The most files that are listed. */
const maxFiles = 500;
/** Larger files are for download only. */
const maxEdit = 1 << 20;

export class FilePanel {
  #fs: () => Promise<FileSystem>;
  #fail: (error: unknown) => void;
  #list = element("file-list", HTMLUListElement);
  #dialog = element("editor", HTMLDialogElement);
  #path = element("editor-path", HTMLInputElement);
  #text = element("editor-text", HTMLTextAreaElement);
  #opened: Opened | undefined;

  constructor(fs: () => Promise<FileSystem>, fail: (error: unknown) => void) {
    this.#fs = fs;
    this.#fail = fail;
    const upload = element("upload", HTMLInputElement);
    element("add", HTMLButtonElement).onclick = () => upload.click();
    upload.onchange = () => this.#do(async () => {
      await this.add([...upload.files!]);
      upload.value = "";
    });
    element("create", HTMLButtonElement).onclick = () => this.#show(undefined);
    this.#dialog.onclose = () => this.#do(() => this.#closed(this.#dialog.returnValue));
  }

  /** Adds files of the user's below a directory. */
  async add(files: File[], directory = "/"): Promise<void> {
    const fs = await this.#fs();
    for (const file of files) await fs.writeFile(`${directory === "/" ? "" : directory}/${file.name}`, file, { parents: true });
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const fs = await this.#fs();
    const entries: Entry[] = [];
    await walk(fs, "/", entries);
    entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    const shown = entries.slice(0, maxFiles);
    this.#list.replaceChildren(...shown.map((entry) => this.#row(entry)));
    element("file-count", HTMLElement).textContent = entries.length > maxFiles ? `${maxFiles}+` : entries.length ? String(entries.length) : "";
  }

  #row(entry: Entry): HTMLLIElement {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = entry.link === undefined ? entry.path : `${entry.path} → ${entry.link}`;
    const size = document.createElement("span");
    size.className = "size";
    size.textContent = entry.link === undefined ? bytes(entry.size) : "";
    button.append(name, size);
    button.onclick = () => this.#do(() => this.#open(entry.path));
    row.append(button);
    return row;
  }

  async #open(path: string): Promise<void> {
    const data = await (await this.#fs()).readFile(path);
    let text: string | undefined;
    try {
      text = data.length <= maxEdit ? new TextDecoder("utf-8", { fatal: true }).decode(data) : undefined;
    } catch {
      text = undefined; // not text
    }
    this.#show({ path, data, text: text !== undefined }, text);
  }

  #show(file: Opened | undefined, text = ""): void {
    this.#opened = file;
    this.#path.value = file?.path ?? "/new.txt";
    this.#text.value = text;
    this.#text.disabled = file ? !file.text : false;
    element("editor-note", HTMLElement).textContent = file && !file.text ? `${bytes(file.data.length)}, not shown: not text, or too long` : "";
    element("editor-delete", HTMLButtonElement).hidden = !file;
    element("editor-download", HTMLButtonElement).hidden = !file;
    this.#dialog.returnValue = "cancel";
    this.#dialog.showModal();
  }

  async #closed(answer: string): Promise<void> {
    const fs = await this.#fs();
    const file = this.#opened;
    const path = this.#path.value.startsWith("/") ? this.#path.value : `/${this.#path.value}`;
    if (answer === "save") {
      if (file && file.path !== path) await fs.rename(file.path, path);
      if (!file || file.text) await fs.writeFile(path, this.#text.value, { parents: true });
    } else if (answer === "delete" && file) {
      await fs.remove(file.path);
    } else if (answer === "download" && file) {
      download(file.path.slice(file.path.lastIndexOf("/") + 1), file.data);
    } else return;
    await this.refresh();
  }

  #do(fn: () => Promise<void>): void {
    fn().catch(this.#fail);
  }
}

// Devices and the like are not the user's files.
async function walk(fs: FileSystem, directory: string, into: Entry[]): Promise<void> {
  for (const { name, type } of await fs.readDir(directory)) {
    if (into.length > maxFiles) return;
    const path = `${directory === "/" ? "" : directory}/${name}`;
    if (type === "directory" && path !== "/dev" && path !== "/proc") await walk(fs, path, into);
    else if (type === "symlink" && !path.startsWith("/dev/")) into.push({ path, size: 0, link: await fs.readlink(path) });
    else if (type === "file") into.push({ path, size: (await fs.lstat(path)).size });
  }
}

function download(name: string, data: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([data]));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** bytes is a size for people. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const unit = n < 1e6 ? "kB" : n < 1e9 ? "MB" : "GB";
  const value = n / (unit === "kB" ? 1e3 : unit === "MB" ? 1e6 : 1e9);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
