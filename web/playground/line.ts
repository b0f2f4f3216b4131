// A line discipline, as long as the kernel has none: shows what is typed, lets
// the user correct it, and sends whole lines.

export interface LineTarget {
  show(text: string): void;
  send(text: string): void;
  end(): void;
  signal(name: "SIGINT" | "SIGQUIT"): void;
}

export class Line {
  #text: string[] = [];
  #target: LineTarget;

  constructor(target: LineTarget) {
    this.#target = target;
  }

  /** Takes what the user typed or pasted. */
  type(data: string): void {
    // Arrow keys and the like have no meaning in a line.
    for (const char of data.replace(/\x1b(\[[0-9;?]*[ -/]*[@-~]|O.)/g, "").replace(/\r\n/g, "\r")) this.#key(char);
  }

  #key(char: string): void {
    const { show, send, end, signal } = this.#target;
    switch (char) {
      case "\r":
      case "\n":
        show("\r\n");
        send(`${this.#take()}\n`);
        return;
      case "\x7f":
      case "\b":
        if (this.#text.length > 0) show(eraser(this.#text.pop()!));
        return;
      case "\x15": // Ctrl-U
        while (this.#text.length > 0) show(eraser(this.#text.pop()!));
        return;
      case "\x04": // Ctrl-D
        if (this.#text.length > 0) send(this.#take());
        else end();
        return;
      case "\x03": // Ctrl-C
      case "\x1c": // Ctrl-backslash
        this.#take();
        show(char === "\x03" ? "^C\r\n" : "^\\\r\n");
        signal(char === "\x03" ? "SIGINT" : "SIGQUIT");
        return;
    }
    if (char < " " && char !== "\t") return;
    this.#text.push(char);
    show(char);
  }

  #take(): string {
    const text = this.#text.join("");
    this.#text = [];
    return text;
  }
}

// Wide characters take two cells.
function eraser(char: string): string {
  const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(char);
  return wide ? "\b\b  \b\b" : "\b \b";
}
