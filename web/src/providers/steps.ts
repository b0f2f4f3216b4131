// Operations of several steps, each of which may or may not have to wait. They
// are written as generators that yield what a provider has returned, so that a
// provider which answers at once makes the whole operation answer at once.

export type Steps<T> = Generator<unknown, T, unknown>;

/** A failed operation, with a WASI error number. */
export class Failure {
  readonly message = "the provider failed";

  constructor(readonly errno: number) {}
}

/** An operation that waits. */
export interface Waiting {
  /** Gives it up: its `finally` blocks run, and its end is not told. */
  abandon(): void;
}

/**
 * Runs steps. With nothing to wait for, returns their result or throws. Else
 * calls `waits` and, at the end, `done` with a function that gives the result or throws.
 */
export function run<T>(steps: Steps<T>, done: (result: () => T) => void): { value: T } | Waiting {
  let abandoned = false;
  const start = advance(steps, () => steps.next());
  if ("value" in start) return start;
  const on = (go: () => IteratorResult<unknown, T>) => {
    if (abandoned) return;
    try {
      const r = advance(steps, go);
      if ("value" in r) done(() => r.value);
      else wait(r.waits);
    } catch (e) {
      done(() => { throw e; });
    }
  };
  const wait = (p: PromiseLike<unknown>) => void p.then((v) => on(() => steps.next(v)), (e: unknown) => on(() => steps.throw(e)));
  wait(start.waits);
  return {
    abandon() {
      abandoned = true;
      steps.return(undefined as T);
    },
  };
}

function advance<T>(steps: Steps<T>, go: () => IteratorResult<unknown, T>): { value: T } | { waits: PromiseLike<unknown> } {
  for (let r = go(); ; r = steps.next(r.value)) {
    if (r.done) return { value: r.value };
    if (isThenable(r.value)) return { waits: Promise.resolve(r.value) };
  }
}

export function isThenable(x: unknown): x is PromiseLike<unknown> {
  return typeof x === "object" && x !== null && typeof (x as { then?: unknown }).then === "function";
}

/** Lets one operation through at a time. */
export class Gate {
  #shut: Promise<void> | undefined;

  *pass<T>(steps: () => Steps<T>): Steps<T> {
    while (this.#shut) yield this.#shut;
    let open!: () => void;
    this.#shut = new Promise((resolve) => void (open = resolve));
    try {
      return yield* steps();
    } finally {
      this.#shut = undefined;
      open();
    }
  }
}
