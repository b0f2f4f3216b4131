// Command lines and environments as people write them.

/** words splits a command line like a shell: quotes and backslashes, nothing else. */
export function words(line: string): string[] {
  const list: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (quote) {
      if (char === quote) quote = "";
      else if (char === "\\" && quote === '"' && /["\\$`]/.test(line[i + 1] ?? "")) word += line[++i]!;
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) list.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + (char === "\\" && i + 1 < line.length ? line[++i]! : char);
    }
  }
  if (quote) throw new Error(`the command line lacks a closing ${quote}`);
  if (word !== undefined) list.push(word);
  return list;
}

/** unwords is a command line that words takes apart again. */
export function unwords(list: string[]): string {
  return list.map((word) => (/^[\w@%+=:,./~^-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

/** variables reads KEY=value lines. */
export function variables(text: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const line of text.split("\n")) {
    if (!line.trim()) continue;
    const at = line.indexOf("=");
    if (at < 1) throw new Error(`not KEY=value: ${line}`);
    env[line.slice(0, at).trim()] = line.slice(at + 1);
  }
  return env;
}
