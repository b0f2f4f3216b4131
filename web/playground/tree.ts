// The tree of files: folders that open, rows with a menu, names to edit in place.

import type { FileSystem, FileType } from "../src/wasix-web";

/** A file or folder in the tree. */
export interface Node {
  path: string;
  name: string;
  type: FileType;
  size: number;
  target?: string;
  children?: Node[];
}

export interface TreeActions {
  open(node: Node): void;
  menu(node: Node, button: HTMLElement): void;
  /** A new name for a node; rejects when it cannot have it. */
  rename(node: Node, name: string): Promise<void>;
}

/** The most files that are listed. */
const maxFiles = 500;
/** A tree of so many rows is shown unfolded. */
const fewRows = 30;

export class Tree {
  /** Whether the list ends before the files do. */
  cut = false;
  #element: HTMLElement;
  #actions: TreeActions;
  #open = new Map<string, boolean>(); // what the user opened or closed
  #rows = new Map<string, HTMLElement>();
  #root: Node[] = [];
  #editing = false; // a name is being typed: nothing is drawn anew meanwhile
  #stale = false;
  #all = true; // whether folders are open that nobody has opened or closed

  constructor(element: HTMLElement, actions: TreeActions) {
    this.#element = element;
    this.#actions = actions;
    element.onkeydown = (event) => this.#key(event);
  }

  /** Reads everything again, and tells how many files there are. */
  async refresh(fs: FileSystem): Promise<number> {
    const count = { files: 0, rows: 0 };
    const root = await read(fs, "", count);
    this.cut = count.files > maxFiles;
    const all = count.rows <= fewRows;
    // Nothing moves under the user's finger when nothing has changed.
    if (all !== this.#all || JSON.stringify(root) !== JSON.stringify(this.#root)) {
      this.#root = root;
      this.#all = all;
      this.#show();
    }
    return Math.min(count.files, maxFiles);
  }

  /** Opens the folders above a path, and shows it. */
  reveal(path: string): void {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) this.#open.set(path.slice(0, at), true);
    this.#show();
    const row = this.#rows.get(path);
    row?.scrollIntoView({ block: "nearest" });
    row?.classList.add("new");
  }

  /** Turns a name into a field. */
  edit(node: Node): void {
    const row = this.#rows.get(node.path);
    const name = row?.querySelector(".name");
    if (!row || !name) return;
    const field = document.createElement("input");
    field.className = "rename mono";
    field.value = node.name;
    field.setAttribute("aria-label", `New name of ${node.name}`);
    field.setAttribute("form", "none"); // Enter must not run the program
    field.autocapitalize = "off";
    field.spellcheck = false;
    const button = name.closest("button")!;
    button.replaceWith(field);
    let over = false;
    this.#editing = true;
    const back = () => {
      over = true;
      this.#editing = false;
      if (field.isConnected) field.replaceWith(button);
      if (this.#stale) this.#show();
      else button.focus();
    };
    const commit = async () => {
      if (over) return;
      const wanted = field.value.trim();
      if (wanted === "" || wanted === node.name) return back();
      try {
        over = true;
        this.#editing = false;
        await this.#actions.rename(node, wanted);
      } catch (error) {
        if (!field.isConnected) throw error;
        over = false;
        this.#editing = true;
        field.setAttribute("aria-invalid", "true");
        field.setCustomValidity(error instanceof Error ? error.message : String(error));
        field.reportValidity();
      }
    };
    field.oninput = () => {
      field.setCustomValidity("");
      field.removeAttribute("aria-invalid");
    };
    field.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Enter") {
        event.preventDefault();
        void commit();
      } else if (event.key === "Escape") back();
    };
    field.onblur = () => {
      if (!field.validationMessage) void commit();
    };
    field.focus();
    const dot = node.type === "directory" ? 0 : node.name.lastIndexOf(".");
    field.setSelectionRange(0, dot > 0 ? dot : node.name.length);
  }

  /** The folder that an element of the tree stands for, or is in; "" outside of all. */
  folderOf(element: Element | null): string {
    const row = element?.closest<HTMLElement>("[data-path]");
    if (!row || !this.#element.contains(row)) return "";
    const path = row.dataset.path!;
    return row.dataset.type === "directory" ? path : path.slice(0, path.lastIndexOf("/")) || "/";
  }

  /** Marks the folder that something is dropped on; "" marks none. */
  mark(path: string): void {
    for (const [at, row] of this.#rows) row.classList.toggle("target", at === path && row.dataset.type === "directory");
  }

  #show(): void {
    this.#stale = this.#editing;
    if (this.#editing) return;
    const focused = document.activeElement?.closest<HTMLElement>("[data-path]");
    const inside = focused && this.#element.contains(focused) ? `.${document.activeElement!.classList[0] ?? "main"}` : "";
    this.#rows.clear();
    this.#element.replaceChildren(...this.#list(this.#root, 0));
    if (inside) this.#rows.get(focused!.dataset.path!)?.querySelector<HTMLElement>(inside)?.focus();
  }

  #list(nodes: Node[], depth: number): HTMLElement[] {
    return nodes.flatMap((node) => {
      const opened = node.children && (this.#open.get(node.path) ?? this.#all);
      return [this.#row(node, depth, !!opened), ...(opened ? this.#list(node.children!, depth + 1) : [])];
    });
  }

  #row(node: Node, depth: number, opened: boolean): HTMLElement {
    const row = document.createElement("li");
    row.style.setProperty("--depth", String(depth));
    row.dataset.path = node.path;
    row.dataset.type = node.type;
    const main = document.createElement("button");
    main.type = "button";
    main.className = "main";
    const folder = node.type === "directory";
    const icon = document.createElement("span");
    icon.className = `icon ${folder ? (opened && node.children?.length ? "folder open" : "folder") : node.type === "symlink" ? "link" : "file"}`;
    icon.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = node.name;
    const extra = document.createElement("span");
    extra.className = "size";
    extra.textContent = node.target !== undefined ? `→ ${node.target}` : folder ? (node.children?.length ? "" : "empty") : bytes(node.size);
    main.append(icon, name, extra);
    if (folder) main.setAttribute("aria-expanded", String(opened));
    main.onclick = () => {
      if (!folder) return this.#actions.open(node);
      this.#open.set(node.path, !opened);
      this.#show();
      this.#rows.get(node.path)?.querySelector("button")?.focus();
    };
    const more = document.createElement("button");
    more.type = "button";
    more.className = "more";
    more.textContent = "⋯";
    more.setAttribute("aria-label", `More about ${node.name}`);
    more.setAttribute("aria-haspopup", "menu");
    more.onclick = () => this.#actions.menu(node, more);
    row.oncontextmenu = (event) => {
      event.preventDefault();
      this.#actions.menu(node, more);
    };
    row.append(main, more);
    this.#rows.set(node.path, row);
    return row;
  }

  #key(event: KeyboardEvent): void {
    const row = (event.target as Element).closest<HTMLElement>("[data-path]");
    if (!row) return;
    const step = event.key === "ArrowDown" ? "nextElementSibling" : event.key === "ArrowUp" ? "previousElementSibling" : undefined;
    if (step) {
      event.preventDefault();
      (row[step] as HTMLElement | null)?.querySelector("button")?.focus();
    } else if (event.key === "F2" || event.key === "Delete") {
      const node = this.#find(row.dataset.path!);
      if (node && event.key === "F2") this.edit(node);
      else if (node) this.#actions.menu(node, row.querySelector<HTMLElement>(".more")!);
    }
  }

  #find(path: string, among = this.#root): Node | undefined {
    for (const node of among) {
      if (node.path === path) return node;
      const below = node.children && path.startsWith(`${node.path}/`) && this.#find(path, node.children);
      if (below) return below;
    }
    return undefined;
  }
}

// Devices and the like are not the user's files.
async function read(fs: FileSystem, directory: string, count: { files: number; rows: number }): Promise<Node[]> {
  const list = (await fs.readDir(directory || "/")).filter(({ type }) => type === "file" || type === "directory" || type === "symlink");
  list.sort((a, b) => Number(b.type === "directory") - Number(a.type === "directory") || a.name.localeCompare(b.name));
  const nodes: Node[] = [];
  for (const { name, type } of list) {
    const path = `${directory}/${name}`;
    if (path === "/dev" || path === "/proc") continue;
    if (count.files > maxFiles) break;
    count.rows++;
    try {
      const node: Node = { path, name, type, size: 0 };
      if (type === "directory") node.children = await read(fs, path, count);
      else count.files++;
      if (type === "symlink") node.target = await fs.readlink(path);
      if (type === "file") node.size = (await fs.lstat(path)).size;
      nodes.push(node);
    } catch (error) {
      if (!/ENOENT/.test(String(error))) throw error; // a program has taken it away meanwhile
    }
  }
  return nodes;
}

/** bytes is a size for people. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const unit = n < 1e6 ? "kB" : n < 1e9 ? "MB" : "GB";
  const value = n / (unit === "kB" ? 1e3 : unit === "MB" ? 1e6 : 1e9);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
