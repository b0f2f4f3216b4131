// The card with the files: the tree, what can be done with it, where it is kept.

import type { FileSystem } from "../src/wasix-web";
import { ask } from "./dialogs";
import { type Dropped, picked } from "./drop";
import { Editor } from "./editor";
import { type Choice, menu } from "./menu";
import { element } from "./page";
import { Storage } from "./storage";
import { type Node, Tree, bytes } from "./tree";

export { bytes };

/** Names of archives that can be unpacked. */
const archive = /\.(tar|tar\.gz|tgz|zip)$/i;

export class FilePanel {
  #fs: () => Promise<FileSystem>;
  #say: (text: string, mood?: string) => void;
  #tree: Tree;
  #editor: Editor;
  #storage: Storage;
  #folder = ""; // where picked files go

  constructor(fs: () => Promise<FileSystem>, say: (text: string, mood?: string) => void) {
    this.#fs = fs;
    const note = element("files-note", HTMLElement);
    this.#say = (text, mood = "") => {
      say(text, mood);
      note.textContent = text; // on a phone the other one is out of sight
      note.className = `hint ${mood}`;
    };
    this.#tree = new Tree(element("file-list", HTMLElement), {
      open: (node) => this.#do(() => this.#open(node)),
      menu: (node, button) => menu(button, this.#choices(node)),
      rename: (node, name) => this.#rename(node, name),
    });
    this.#editor = new Editor({
      fs,
      saved: async (path) => {
        await this.#list();
        this.#tree.reveal(path);
      },
      download: (path) => this.#download(path),
      remove: (path) => this.#remove(path, false),
    });
    this.#storage = new Storage(fs, () => this.refresh());
    for (const id of ["upload", "upload-folder"]) {
      const input = element(id, HTMLInputElement);
      input.onchange = () => this.#do(async () => {
        await this.add(picked(input.files!), this.#folder);
        input.value = "";
      });
    }
    element("add", HTMLButtonElement).onclick = () => this.#pick("upload", "");
    element("create", HTMLButtonElement).onclick = () => this.#editor.create("/new.txt");
    const more = element("files-more", HTMLButtonElement);
    more.onclick = () => menu(more, [
      { id: "add-folder", label: "Add a folder…", run: () => this.#pick("upload-folder", "") },
      { id: "folder", label: "New folder", run: () => this.#do(() => this.#mkdir("")) },
      { id: "tar", label: "Download all as .tar.gz", run: () => this.#do(() => this.#pack("/", "tar.gz")) },
      { id: "zip", label: "Download all as .zip", run: () => this.#do(() => this.#pack("/", "zip")) },
    ]);
  }

  /** Adds files of the user's below a folder. Archives are unpacked when the user says so. */
  async add(files: Dropped[], folder = ""): Promise<void> {
    const fs = await this.#fs();
    const base = folder === "/" ? "" : folder;
    let last = "";
    let added = 0;
    for (const { path, file } of files) {
      last = `${base}/${path}`;
      if (!file) await fs.mkdir(last, { recursive: true });
      else if (!path.includes("/") && archive.test(path)) {
        const answer = await ask(path, `This is an archive of ${bytes(file.size)}. What is to be done with it?`, [
          { value: "unpack", label: "Unpack", kind: "primary" },
          { value: "add", label: "Add as it is" },
        ]);
        last = answer === "add" ? last : `${base}/`;
        if (answer === "unpack") await this.#unpack(fs, file, base || "/");
        if (answer !== "add") continue;
      }
      if (file) await fs.writeFile(last, file, { parents: true });
      if (++added % 20 === 0) this.#say(`Adding ${path}`);
    }
    await this.#list();
    this.#tree.reveal(last);
    element("files", HTMLDetailsElement).open = true;
    if (added > 1) this.#say(`${added} files have been added to ${base || "/"}`, "good");
    else if (added === 1) this.#say(`${last} has been added`, "good");
  }

  /** Where a drop on an element goes: a folder of the tree, or "". */
  folderOf(target: Element | null): string {
    return this.#tree.folderOf(target);
  }

  mark(folder: string): void {
    this.#tree.mark(folder);
  }

  async refresh(): Promise<void> {
    await this.#list();
    await this.#storage.show();
  }

  async #list(): Promise<void> {
    const count = await this.#tree.refresh(await this.#fs());
    element("file-count", HTMLElement).textContent = this.#tree.cut ? `${count}+` : count ? String(count) : "";
    element("files-empty", HTMLElement).hidden = count > 0;
  }

  #choices(node: Node): Choice[] {
    const { path, name } = node;
    const list: Choice[] = [];
    if (node.type === "directory") {
      list.push(
        { id: "new", label: "New file here…", run: () => this.#editor.create(`${path}/new.txt`) },
        { id: "folder", label: "New folder here", run: () => this.#do(() => this.#mkdir(path)) },
        { id: "add", label: "Add files here…", run: () => this.#pick("upload", path) },
        { id: "tar", label: "Download as .tar.gz", run: () => this.#do(() => this.#pack(path, "tar.gz")) },
        { id: "zip", label: "Download as .zip", run: () => this.#do(() => this.#pack(path, "zip")) },
      );
    } else {
      list.push({ id: "open", label: "Open", run: () => this.#do(() => this.#open(node)) });
      list.push({ id: "download", label: "Download", run: () => this.#do(() => this.#download(path)) });
      if (archive.test(name)) list.push({ id: "unpack", label: "Unpack here", run: () => this.#do(() => this.#unpackHere(path)) });
    }
    list.push({ id: "rename", label: "Rename", run: () => this.#tree.edit(node) });
    list.push({ id: "delete", label: "Delete", danger: true, run: () => this.#do(async () => void (await this.#remove(path, node.type === "directory"))) });
    return list;
  }

  #pick(id: string, folder: string): void {
    this.#folder = folder;
    element(id, HTMLInputElement).click();
  }

  async #open({ path, target }: Node): Promise<void> {
    const fs = await this.#fs();
    if (target !== undefined && !(await fs.exists(path))) throw new Error(`${path} is a link to ${target}, which is not there`);
    if ((await fs.stat(path)).type === "directory") return this.#say(`${path} is a link to the folder ${target ?? path}`);
    await this.#editor.open(path);
  }

  async #mkdir(folder: string): Promise<void> {
    const fs = await this.#fs();
    let name = "new";
    for (let n = 2; await fs.exists(`${folder}/${name}`); n++) name = `new-${n}`;
    const path = `${folder}/${name}`;
    await fs.mkdir(path);
    await this.#list();
    this.#tree.reveal(path);
    this.#tree.edit({ path, name, type: "directory", size: 0 });
  }

  async #rename(node: Node, name: string): Promise<void> {
    if (name.includes("/") || name === "." || name === "..") throw new Error("A name has no slash in it.");
    const fs = await this.#fs();
    const to = `${node.path.slice(0, node.path.lastIndexOf("/"))}/${name}`;
    if (await fs.exists(to)) throw new Error(`There is a “${name}” already.`);
    await fs.rename(node.path, to);
    await this.#list();
    this.#tree.reveal(to);
  }

  async #remove(path: string, folder: boolean): Promise<boolean> {
    const answer = await ask(`Delete ${path}?`, folder ? "With everything in it. It cannot be had back." : "It cannot be had back.", [
      { value: "delete", label: "Delete", kind: "danger" },
    ]);
    if (answer !== "delete") return false;
    await (await this.#fs()).remove(path, { recursive: true });
    await this.#list();
    this.#say(`${path} has been deleted`);
    return true;
  }

  async #unpack(fs: FileSystem, file: Blob & { name?: string }, folder: string, name = file.name ?? ""): Promise<void> {
    this.#say(`Unpacking ${name}`);
    const { entries, bytes: size } = await (/\.zip$/i.test(name) ? fs.importZip(file, folder) : fs.importTar(file, folder));
    this.#say(`${name}: ${entries} entries, ${bytes(size)}, unpacked into ${folder}`, "good");
  }

  async #unpackHere(path: string): Promise<void> {
    const fs = await this.#fs();
    try {
      await this.#unpack(fs, new Blob([await fs.readFile(path)]), path.slice(0, path.lastIndexOf("/")) || "/", path.slice(path.lastIndexOf("/") + 1));
    } finally {
      await this.#list();
    }
  }

  async #download(path: string): Promise<void> {
    save(path.slice(path.lastIndexOf("/") + 1), new Blob([await (await this.#fs()).readFile(path)]));
  }

  async #pack(path: string, format: "tar.gz" | "zip"): Promise<void> {
    const fs = await this.#fs();
    const name = path.slice(path.lastIndexOf("/") + 1) || "files";
    this.#say(`Packing ${path}`);
    const prefix = path === "/" ? "" : name;
    const stream = format === "zip" ? await fs.exportZip(path, { prefix }) : await fs.exportTar(path, { prefix, gzip: true });
    const blob = await new Response(stream).blob();
    save(`${name}.${format}`, blob);
    this.#say(`${name}.${format}, ${bytes(blob.size)}, has been downloaded`, "good");
  }

  #do(fn: () => Promise<void>): void {
    fn().catch((error: unknown) => this.#say(error instanceof Error ? error.message : String(error), "bad"));
  }
}

function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
