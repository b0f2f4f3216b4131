// The trace of a program: the last lines of it.

/** Lines that are kept. */
const maxLines = 5000;

export class TraceLog {
  #element: HTMLElement;
  #lines: string[] = [];
  #dropped = 0;
  #due = false;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > maxLines * 2) {
      this.#dropped += this.#lines.length - maxLines;
      this.#lines = this.#lines.slice(-maxLines);
    }
    this.#later();
  }

  clear(): void {
    this.#lines = [];
    this.#dropped = 0;
    this.#later();
  }

  // Once a frame is often enough to look at.
  #later(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      const hidden = this.#dropped + Math.max(0, this.#lines.length - maxLines);
      const head = hidden ? `… ${hidden} lines before …\n` : "";
      const atEnd = this.#element.scrollTop + this.#element.clientHeight >= this.#element.scrollHeight - 20;
      this.#element.textContent = head + this.#lines.slice(-maxLines).join("\n");
      if (atEnd) this.#element.scrollTop = this.#element.scrollHeight;
    });
  }
}
