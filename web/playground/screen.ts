// Where a program's terminal is shown. terminal.ts has the real one, over
// xterm.js; without it there is plain text and a line to type in.

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Shows bytes; resolves when more may come. */
  write(data: Uint8Array | string): Promise<void>;
  clear(): void;
  focus(): void;
  /** Undoes the modes that a program has left behind. */
  restore(): void;
  /** Called with what the user types: idle while no program runs. */
  onData: (data: string | Uint8Array) => void;
  readonly idle: () => void;
  onResize: (columns: number, rows: number) => void;
}

/** openScreen fills an element with the best screen there is, or with plain text when the address ends in ?plain. */
export async function openScreen(element: HTMLElement): Promise<Screen> {
  const terminal = await loadTerminal();
  return terminal ? terminal(element) : new PlainScreen(element);
}

async function loadTerminal(): Promise<((element: HTMLElement) => Screen) | undefined> {
  if (!document.querySelector("meta[name=terminal]") || new URLSearchParams(location.search).has("plain")) return undefined;
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("terminal.css", import.meta.url).href;
  document.head.append(style);
  const { open } = await import("./terminal.js");
  return open;
}

/** Keys with Ctrl that a plain screen sends. */
const controls: Record<string, string> = { c: "\x03", d: "\x04", "\\": "\x1c" };

/** The most text a plain screen keeps. */
const maxText = 200_000;

class PlainScreen implements Screen {
  readonly columns = 80;
  readonly rows = 24;
  readonly idle = (): void => {};
  onData: (data: string | Uint8Array) => void = this.idle;
  onResize: (columns: number, rows: number) => void = () => {};
  #text = document.createElement("pre");
  #line = document.createElement("input");
  #decoder = new TextDecoder();

  constructor(element: HTMLElement) {
    const box = document.createElement("div");
    box.className = "plain";
    this.#text.tabIndex = 0;
    this.#text.setAttribute("aria-label", "Output");
    this.#line.placeholder = "Input: Enter sends a line, Ctrl-D ends it, Ctrl-C interrupts";
    this.#line.setAttribute("aria-label", "Input");
    this.#line.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        this.onData(`${this.#line.value}\r`);
        this.#line.value = "";
      } else if (event.ctrlKey && controls[event.key]) {
        this.onData(controls[event.key]!);
      } else return;
      event.preventDefault();
    });
    box.append(this.#text, this.#line);
    element.append(box);
  }

  async write(data: Uint8Array | string): Promise<void> {
    const text = typeof data === "string" ? data : this.#decoder.decode(data, { stream: true });
    // Colours and cursor movements mean nothing here.
    const plain = text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\r(?!\n)|\x07/g, "");
    this.#text.textContent = (this.#text.textContent + plain.replace(/\r\n/g, "\n")).slice(-maxText);
    this.#text.scrollTop = this.#text.scrollHeight;
    await new Promise((turn) => setTimeout(turn)); // lets the browser paint
  }

  clear(): void {
    this.#text.textContent = "";
  }

  focus(): void {
    this.#line.focus();
  }

  restore(): void {}
}
