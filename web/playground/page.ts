// Small helpers for the page's elements.

/** element finds an element of index.html that must be there. */
export function element<T extends Element>(id: string, type: abstract new (...args: never[]) => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return found;
}

/** tabs makes a tab list work with mouse and keyboard. */
export function tabs(list: HTMLButtonElement[], shown: (tab: HTMLButtonElement) => void): (tab: HTMLButtonElement) => void {
  const show = (tab: HTMLButtonElement) => {
    for (const other of list) {
      const on = other === tab;
      other.setAttribute("aria-selected", String(on));
      other.tabIndex = on ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")!)!.hidden = !on;
    }
    shown(tab);
  };
  list.forEach((tab, i) => {
    tab.onclick = () => show(tab);
    tab.onkeydown = (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (!step) return;
      const next = list[(i + step + list.length) % list.length]!;
      show(next);
      next.focus();
    };
  });
  return show;
}
