// The dialog that shows a file, and changes it.

import type { FileSystem } from "../src/wasix-web";
import { element } from "./page";
import { bytes } from "./tree";

/** Larger files are for download only. */
const maxEdit = 1 << 20;
/** How much of what is no text is shown. */
const hexBytes = 2048;

export interface EditorHooks {
  fs(): Promise<FileSystem>;
  /** A file was written. */
  saved(path: string): Promise<void>;
  download(path: string): Promise<void>;
  remove(path: string): Promise<boolean>;
}

export class Editor {
  #hooks: EditorHooks;
  #dialog = element("editor", HTMLDialogElement);
  #path = element("editor-path", HTMLInputElement);
  #text = element("editor-text", HTMLTextAreaElement);
  #note = element("editor-note", HTMLElement);
  #opened: { path: string; text?: string } | undefined;

  constructor(hooks: EditorHooks) {
    this.#hooks = hooks;
    const button = (id: string, fn: () => Promise<void>) => {
      element(id, HTMLButtonElement).onclick = (event) => {
        event.preventDefault();
        fn().catch((error: unknown) => this.#say(error instanceof Error ? error.message : String(error), true));
      };
    };
    button("editor-save", () => this.#save());
    button("editor-download", () => this.#hooks.download(this.#opened!.path));
    button("editor-delete", async () => {
      if (await this.#hooks.remove(this.#opened!.path)) this.#dialog.close();
    });
    button("editor-cancel", async () => {
      if (this.#leave()) this.#dialog.close();
    });
    this.#dialog.oncancel = (event) => {
      if (!this.#leave()) event.preventDefault();
    };
    this.#dialog.onkeydown = (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        element("editor-save", HTMLButtonElement).click();
      }
    };
    this.#text.oninput = () => this.#say("");
  }

  /** Shows a new file that is to be. */
  create(path: string): void {
    this.#opened = undefined;
    this.#show(path, "", "");
    this.#path.focus();
    this.#path.setSelectionRange(path.lastIndexOf("/") + 1, path.length);
  }

  async open(path: string): Promise<void> {
    const fs = await this.#hooks.fs();
    const stat = await fs.stat(path);
    if (stat.type !== "file") throw new Error(`${path} is a ${stat.type}`);
    const about = `${bytes(stat.size)}, changed ${new Date(stat.mtimeMs).toLocaleString()}`;
    const whole = stat.size <= maxEdit;
    const data = await fs.readFile(path, { length: whole ? stat.size : hexBytes });
    let text: string | undefined;
    try {
      if (whole && !data.includes(0)) text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    } catch {
      // not text
    }
    this.#opened = { path, text };
    this.#show(path, text ?? hex(data.subarray(0, hexBytes)), text !== undefined ? about : `${about}. ${whole ? "Not text" : "Too long to edit"}: this is how it begins.`);
  }

  #show(path: string, text: string, note: string): void {
    const file = this.#opened;
    this.#path.value = path;
    this.#text.value = text;
    this.#text.readOnly = !!file && file.text === undefined;
    this.#text.classList.toggle("hex", this.#text.readOnly);
    element("editor-title", HTMLElement).textContent = file ? "File" : "New file";
    element("editor-delete", HTMLButtonElement).hidden = !file;
    element("editor-download", HTMLButtonElement).hidden = !file;
    this.#dialog.showModal();
    this.#text.scrollTop = 0;
    if (file) this.#text.focus();
    this.#text.setSelectionRange(0, 0);
    this.#say(note);
  }

  #say(text: string, bad = false): void {
    this.#note.textContent = text;
    this.#note.className = bad ? "hint bad" : "hint";
  }

  /** Whether the dialog may close. Changes are given up at the second try. */
  #leave(): boolean {
    const changed = !this.#text.readOnly && this.#text.value !== (this.#opened?.text ?? "");
    if (!changed || this.#note.textContent === unsaved) return true;
    this.#say(unsaved, true);
    return false;
  }

  async #save(): Promise<void> {
    const fs = await this.#hooks.fs();
    const file = this.#opened;
    const path = this.#path.value.startsWith("/") ? this.#path.value : `/${this.#path.value}`;
    if (path.endsWith("/")) throw new Error("The file has no name.");
    if (path !== file?.path && (await fs.exists(path))) throw new Error(`${path} is there already.`);
    if (file && path !== file.path) {
      await fs.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
      await fs.rename(file.path, path);
      file.path = path;
    }
    if (!this.#text.readOnly) await fs.writeFile(path, this.#text.value, { parents: true });
    this.#dialog.close();
    await this.#hooks.saved(path);
  }
}

const unsaved = "Not saved. Once more to give the changes up.";

function hex(data: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += 8) {
    const row = [...data.subarray(at, at + 8)];
    const text = row.map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ").padEnd(23)}  ${text}`);
  }
  return lines.join("\n");
}
