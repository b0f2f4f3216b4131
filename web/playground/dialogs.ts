// Questions that need an answer before something happens.

import { element } from "./page";

/** ask shows a question with its answers, and resolves with the value of the one taken; "" is none. */
export function ask(title: string, text: string, answers: { value: string; label: string; kind?: "primary" | "danger" }[]): Promise<string> {
  const dialog = element("ask", HTMLDialogElement);
  element("ask-title", HTMLElement).textContent = title;
  element("ask-text", HTMLElement).textContent = text;
  const cancel = { value: "", label: "Cancel", kind: undefined };
  return new Promise((resolve) => {
    element("ask-answers", HTMLElement).replaceChildren(...[...answers, cancel].map(({ value, label, kind }) => {
      const button = document.createElement("button");
      button.value = value;
      button.textContent = label;
      if (kind) button.className = kind;
      button.onclick = () => resolve(value); // the event of closing may come when another question is asked already
      return button;
    }));
    dialog.oncancel = () => resolve("");
    dialog.showModal();
  });
}
