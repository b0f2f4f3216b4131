// Where names and links may lead.

import { Failure } from "./errors";

/**
 * parts takes an entry's name apart: "" and "." go, and [] is the target itself.
 * A name that would lead out of the target fails.
 */
export function parts(name: string): string[] {
  if (name === "") throw new Failure("name", "", "an entry has no name");
  if (name.includes("\0")) throw new Failure("name", name, "the name has a NUL in it");
  if (name.startsWith("/")) throw new Failure("absolute", name, "the name is absolute");
  const list = name.split("/");
  if (list.includes("..")) throw new Failure("dotdot", name, 'the name goes up with ".."');
  return list.filter((part) => part !== "" && part !== ".");
}

/**
 * leaves says why a symbolic link may lead out of the target, if it may. `depth`
 * is how many directories below the target it lies. What a link's own names lead
 * through may be links again, so ".." counts at the beginning only: after a name
 * nobody can tell where it leads.
 */
export function leaves(target: string, depth: number): string | undefined {
  if (target.startsWith("/")) return `is a link to ${JSON.stringify(target)}, which is absolute`;
  let up = 0;
  let named = false;
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") named = true;
    else if (named) return `is a link to ${JSON.stringify(target)}, which goes up after a name`;
    else if (++up > depth) return `is a link to ${JSON.stringify(target)}, which leads out of the target`;
  }
  return undefined;
}
