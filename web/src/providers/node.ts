// What the kernel knows as an inode: a name in the provider's tree.

import type { Attr, Filetype } from "./check";
import { Gate } from "./steps";

/** The provider's descriptor of an open file, which all who have it open share. */
export interface Handle {
  fd: number;
  /** How many have it open. */
  users: number;
  /** Why it could not be opened for writing; 0: it is. */
  denied: number;
  /** Lets one pair of seek and read through at a time. */
  seeking: Gate;
  /** Lets one append through at a time. */
  appending: Gate;
}

/** One entry of a directory as it was last listed. */
export interface Entry {
  name: string;
  cookie: number;
  type: Filetype;
  ino: bigint;
}

export class Node {
  /** The provider's number; undefined until it is seen again after a rename. */
  theirs: bigint | undefined;
  /** The places it is known under: one, but for hard links. */
  names: { dir: Node; name: string }[] = [];
  /** The directory's entries that have been looked up. */
  kids = new Map<string, Node>();
  removed = false;
  handle: Handle | undefined;
  readonly type: Filetype;
  /** The directory's list, by cookie, and by name. */
  entries: Entry[] | undefined;
  byName = new Map<string, Entry>();
  lastCookie = 2;

  /** ino is the number programs see; it stays when the provider's changes. */
  constructor(readonly id: number, public attr: Attr, readonly ino: bigint) {
    this.type = attr.type;
    this.theirs = attr.ino;
  }

  /** The path below the provider's top directory, "" for that itself; undefined: it has no name any more. */
  path(): string | undefined {
    const parts: string[] = [];
    let node: Node = this;
    while (node.names.length > 0) {
      const { dir, name } = node.names[0]!;
      if (node.removed) return undefined;
      parts.push(name);
      node = dir;
    }
    return node.removed ? undefined : parts.reverse().join("/");
  }

  /** How Go gets to know it. */
  packed(): number {
    return this.id * 16 + this.type;
  }

  /** Gives it the name. */
  enter(dir: Node, name: string): void {
    this.names.push({ dir, name });
    dir.kids.set(name, this);
  }

  /** Takes the name away; the last place of a directory is kept in mind. */
  leave(dir: Node, name: string): void {
    if (dir.kids.get(name) === this) dir.kids.delete(name);
    if (this.names.length === 1 && this.names[0]!.dir === dir && this.names[0]!.name === name) this.removed = true;
    else this.names = this.names.filter((at) => at.dir !== dir || at.name !== name);
  }

  /** The provider's numbers below may have changed: some make them of paths. */
  moved(): void {
    this.theirs = undefined;
    for (const kid of this.kids.values()) kid.moved();
  }

  /** Puts a new list in the place of the old one. Names that stay keep their cookies. */
  list(found: Omit<Entry, "cookie">[]): Entry[] {
    const names = new Map<string, Entry>();
    const added: Entry[] = [];
    for (const e of found) {
      if (names.has(e.name)) continue;
      const old = this.byName.get(e.name);
      const entry = { ...e, cookie: old?.cookie ?? ++this.lastCookie };
      names.set(e.name, entry);
      if (!old) added.push(entry);
    }
    const stayed = (this.entries ?? []).filter((e) => this.byName.get(e.name) === e && names.has(e.name)).map((e) => names.get(e.name)!);
    this.byName = names;
    return (this.entries = stayed.concat(added));
  }

  /** The name has gone, or is another file's: it has another place in the list from now on. */
  unlist(name: string): void {
    this.byName.delete(name);
  }
}
