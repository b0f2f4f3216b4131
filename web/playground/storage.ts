// What /home and /data are: memory, or a database of this browser that stays.

import type { FileSystem, MountSpec } from "../src/wasix-web";
import { ask } from "./dialogs";
import { element } from "./page";
import { bytes } from "./tree";

/** The folders that can be kept. */
const folders = ["/home", "/data"];
const database = (path: string) => `wasix-web-playground${path.replaceAll("/", "-")}`;
const key = (path: string) => `keep ${path}`;

/** mounts are those that the user has chosen. It changes with the choice, and a system that is started again looks again. */
export const mounts: Record<string, MountSpec> = {};
for (const path of folders) if (isKept(path)) mounts[path] = { idb: database(path) };

/** without gives the kept folders up for now, when they cannot be had, and names them. */
export function without(): string[] {
  const lost = Object.keys(mounts);
  for (const path of lost) delete mounts[path];
  return lost;
}

function isKept(path: string): boolean {
  try {
    return localStorage.getItem(key(path)) === "yes";
  } catch {
    return false; // a page that may not store anything
  }
}

function keep(path: string): void {
  mounts[path] = { idb: database(path) };
  localStorage.setItem(key(path), "yes");
}

function forget(path: string): void {
  delete mounts[path];
  try {
    localStorage.removeItem(key(path));
  } catch {
    // then it was not there
  }
}

/** Storage is the part of the file card that chooses. */
export class Storage {
  #fs: () => Promise<FileSystem>;
  #changed: () => Promise<void>;
  #list = element("storage-list", HTMLElement);
  #note = element("storage-note", HTMLElement);

  constructor(fs: () => Promise<FileSystem>, changed: () => Promise<void>) {
    this.#fs = fs;
    this.#changed = changed;
    this.#list.replaceChildren(...folders.map((path) => this.#row(path)));
  }

  #row(path: string): HTMLElement {
    const row = document.createElement("div");
    row.className = "storage";
    row.dataset.folder = path;
    const label = document.createElement("label");
    label.textContent = path;
    label.className = "mono";
    const select = document.createElement("select");
    select.id = `storage${path.replaceAll("/", "-")}`;
    label.htmlFor = select.id;
    select.append(new Option("until the page closes", "memory"), new Option("kept in this browser", "idb"));
    select.onchange = () => this.#try(() => this.#choose(path, select.value === "idb"));
    const check = document.createElement("button");
    check.type = "button";
    check.className = "check-files";
    check.textContent = "Check";
    check.onclick = () => this.#try(() => this.#check(path));
    row.append(label, select, check);
    return row;
  }

  async show(): Promise<void> {
    for (const row of this.#list.querySelectorAll<HTMLElement>("[data-folder]")) {
      const on = row.dataset.folder! in mounts;
      row.querySelector("select")!.value = on ? "idb" : "memory";
      row.querySelector<HTMLButtonElement>(".check-files")!.hidden = !on;
    }
    const any = Object.keys(mounts).length > 0;
    this.#say(any ? "" : "Everything is gone when this page closes.");
    if (!any) return;
    const { usage, quota, persisted } = await (await this.#fs()).estimate();
    if (quota) this.#say(`${bytes(usage)} of ${bytes(quota)} used. ${persisted ? "The browser keeps it." : "The browser may clear it when it runs out of space."}`);
  }

  #say(text: string, mood = ""): void {
    this.#note.textContent = text;
    this.#note.className = `hint ${mood}`;
    if (mood) this.#note.scrollIntoView({ block: "nearest" });
  }

  #try(fn: () => Promise<void>): void {
    for (const control of this.#list.querySelectorAll<HTMLButtonElement | HTMLSelectElement>("button, select")) control.disabled = true;
    fn().catch(async (error: unknown) => {
      await this.show();
      this.#say(error instanceof Error ? error.message : String(error), "bad");
    }).finally(() => {
      for (const control of this.#list.querySelectorAll<HTMLButtonElement | HTMLSelectElement>("button, select")) control.disabled = false;
    });
  }

  async #choose(path: string, kept: boolean): Promise<void> {
    const fs = await this.#fs();
    if (kept) {
      // What is there comes along, unless the database has a file of that name.
      await fs.mkdir(path, { recursive: true });
      const before = (await fs.readDir(path)).length > 0 ? await new Response(await fs.exportTar(path)).blob() : undefined;
      await fs.mount(path, { idb: database(path) });
      keep(path);
      if (before) {
        await fs.importTar(before, path);
        await fs.sync();
      }
      void fs.persist();
    } else {
      await fs.unmount(path);
      forget(path);
    }
    await this.#changed();
    await this.show();
    if (!kept) this.#say(`${path} is memory now. The browser still has what was kept; it comes back when you keep ${path} again.`);
  }

  async #check(path: string): Promise<void> {
    this.#say(`Checking ${path}…`);
    const fs = await this.#fs();
    const wrong = await fs.check(path);
    if (wrong.length === 0) return this.#say(`${path}: nothing is wrong.`, "good");
    const list = wrong.slice(0, 10).join("\n") + (wrong.length > 10 ? `\nand ${wrong.length - 10} more` : "");
    if ((await ask(`${path} is damaged`, list, [{ value: "repair", label: "Repair", kind: "primary" }])) !== "repair") return this.#say(`${path}: ${wrong.length} things are wrong.`, "bad");
    await fs.check(path, { repair: true });
    const left = await fs.check(path);
    await this.#changed();
    this.#say(left.length ? `${path}: ${left[0]!}` : `${path} has been repaired.`, left.length ? "bad" : "good");
  }
}
