// The playground's terminal: xterm.js. Bundled by itself, because it comes from
// npm and the rest of the bundle needs no Node.

import { FitAddon } from "@xterm/addon-fit";
import { Terminal, type ITheme } from "@xterm/xterm";
import type { Screen } from "./screen";

function theme(element: HTMLElement): ITheme {
  const style = getComputedStyle(element);
  return { background: style.backgroundColor, foreground: style.color };
}

export function open(element: HTMLElement): Screen {
  const terminal = new Terminal({
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: innerWidth < 600 ? 12 : 14,
    scrollback: 5000,
    screenReaderMode: true,
    theme: theme(element),
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (terminal.options.theme = theme(element)));
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  fit.fit();
  const idle = (): void => {};
  const screen: Screen = {
    get columns() { return terminal.cols; },
    get rows() { return terminal.rows; },
    // xterm parses later; waiting for it holds the program back when it prints too fast.
    write: (data) => new Promise((done) => terminal.write(data, done)),
    clear: () => terminal.reset(),
    focus: () => terminal.focus(),
    // Screen, attributes, cursor, its keys, the mouse and bracketed paste as they were.
    restore: () => terminal.write("\x1b[?1047l\x1b[!p\x1b[?25h\x1b[?1l\x1b>\x1b[?1000;1002;1003;1006;2004l"),
    idle,
    onData: idle,
    onResize() {},
  };
  // While no program takes keys, Tab leads on to the next control of the page.
  terminal.attachCustomKeyEventHandler((event) => event.key !== "Tab" || screen.onData !== idle);
  terminal.onData((data) => screen.onData(data));
  terminal.onBinary((data) => screen.onData(Uint8Array.from(data, (c) => c.charCodeAt(0))));
  terminal.onResize(({ cols, rows }) => screen.onResize(cols, rows));
  new ResizeObserver(() => {
    if (element.offsetParent) fit.fit(); // not while it is hidden
  }).observe(element);
  return screen;
}
