// Files and folders that are dropped on the page, or picked.

/** A file on its way in, with its path below where it was dropped. null: an empty folder. */
export interface Dropped {
  path: string;
  file: File | null;
}

/** dropped lists what a drop brings, folders with all that is in them. */
export async function dropped(data: DataTransfer): Promise<Dropped[]> {
  // The items are gone after the first wait.
  const taken = [...data.items].filter(({ kind }) => kind === "file").map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  const list: Dropped[] = [];
  for (const { entry, file } of taken) {
    if (entry?.isDirectory) await folder(entry as FileSystemDirectoryEntry, list);
    else if (file) list.push({ path: file.name, file });
  }
  return list;
}

async function folder(top: FileSystemDirectoryEntry, into: Dropped[]): Promise<void> {
  // A list, not recursion: folders may be very deep.
  for (const waiting = [top]; waiting.length > 0; ) {
    const at = waiting.pop()!;
    const reader = at.createReader();
    let any = false;
    // Entries come a hundred at a time.
    for (let part: FileSystemEntry[]; (part = await new Promise((ok, no) => reader.readEntries(ok, no))).length > 0; ) {
      any = true;
      for (const entry of part) {
        if (entry.isDirectory) waiting.push(entry as FileSystemDirectoryEntry);
        else into.push({ path: entry.fullPath.slice(1), file: await new Promise((ok, no) => (entry as FileSystemFileEntry).file(ok, no)) });
      }
    }
    if (!any) into.push({ path: at.fullPath.slice(1), file: null });
  }
}

/** picked lists what an <input type="file"> has. */
export function picked(files: Iterable<File>): Dropped[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

export interface DropHooks {
  /** Something is over the page. Returns what the drop would do, in words. */
  over(target: Element | null): string;
  /** Nothing is any more. */
  away(): void;
  drop(data: DataTransfer, target: Element | null): void;
}

/** listen tells of drops anywhere on the page. */
export function listen(banner: HTMLElement, hooks: DropHooks): void {
  let depth = 0;
  const files = (event: DragEvent) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const end = () => {
    depth = 0;
    banner.hidden = true;
    hooks.away();
  };
  addEventListener("dragenter", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth++;
    banner.hidden = false;
  });
  addEventListener("dragleave", () => {
    if (--depth <= 0) end();
  });
  addEventListener("dragover", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    banner.textContent = hooks.over(event.target as Element | null);
  });
  addEventListener("drop", (event) => {
    if (!event.dataTransfer || !files(event)) return;
    event.preventDefault();
    end();
    hooks.drop(event.dataTransfer, event.target as Element | null);
  });
}
