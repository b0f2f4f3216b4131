// A small menu beside the button that opens it.

export interface Choice {
  label: string;
  /** Told apart by tests and style. */
  id: string;
  danger?: boolean;
  run: () => void;
}

let open: HTMLElement | undefined;

/** menu shows choices at a button until one is taken, or something else is done. */
export function menu(button: HTMLElement, choices: Choice[]): void {
  close();
  const list = document.createElement("div");
  list.className = "menu";
  list.setAttribute("role", "menu");
  list.append(...choices.map(({ label, id, danger, run }) => {
    const item = document.createElement("button");
    item.type = "button";
    item.textContent = label;
    item.dataset.action = id;
    item.setAttribute("role", "menuitem");
    if (danger) item.className = "danger";
    item.onclick = () => {
      close();
      button.focus();
      run();
    };
    return item;
  }));
  document.body.append(list);
  const at = button.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  list.style.top = `${at.bottom + height + 8 > innerHeight ? Math.max(8, at.top - height - 4) : at.bottom + 4}px`;
  open = list;
  button.setAttribute("aria-expanded", "true");
  (list.firstElementChild as HTMLElement).focus();
  list.onkeydown = (event) => {
    const items = [...list.children] as HTMLElement[];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      items[(at + step + items.length) % items.length]!.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      close();
      button.focus();
    }
  };
  const elsewhere = (event: Event) => {
    if (!list.contains(event.target as Node)) close();
  };
  setTimeout(() => addEventListener("pointerdown", elsewhere));
  const scrolled = () => {
    if (button.getBoundingClientRect().top !== at.top) close(); // an event may be late
  };
  addEventListener("scroll", scrolled, { capture: true });
  addEventListener("resize", close, { once: true });
  list.addEventListener("closed", () => {
    removeEventListener("pointerdown", elsewhere);
    removeEventListener("scroll", scrolled, { capture: true });
    button.removeAttribute("aria-expanded");
  });
}

function close(): void {
  open?.dispatchEvent(new Event("closed"));
  open?.remove();
  open = undefined;
}
