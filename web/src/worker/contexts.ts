// Several stacks of one thread: the contexts of context_create and its like. To
// the kernel (wasix/kernel/context.go), which says who goes on, it is one task.
// Each context is a suspended call with a promise of its own; all are in the
// task's instance, so what is one's own is swapped: the stack pointer.

import type { EngineCallbacks, GoExports } from "./engine";
import type { Task } from "./task";
import { isException, trapMessage } from "./trap";

interface Held { value: number }

interface Context {
  id: number;
  /** The function it begins with; the main one has none. */
  entry?: Function;
  /** __stack_pointer, while it is suspended. */
  sp: number;
  /** How its suspended call goes on, or ends with an exception. */
  resume?(): void;
  fail?(e: unknown): void;
  /** Settled when the stack has gone. */
  gone?: Promise<void>;
  /** It is being unwound. */
  ended?: boolean;
}

interface Thread {
  task: Task;
  sp: WebAssembly.Global & Held;
  main: Context;
  active: Context;
  all: Map<number, Context>;
}

/** Wire errnos. */
const EINVAL = 28, ENOMEM = 48, ENOTSUP = 58;

/** A context's stack in the guest's memory, in pages (kernel.ContextPages). */
const PAGES = 4;

/** What of the engine is needed here. */
export interface Stacks {
  go: GoExports;
  callbacks: EngineCallbacks;
  loop: Record<"check" | "run_context" | "trap", Function>;
  tasks: (Task | undefined)[];
  /** Has the next block of that task return at once. */
  wake(slot: number): void;
}

export class Contexts {
  /** The task whose next block is a switch; -1: none. */
  leaving = -1;
  /** Number of stacks, without those of the main contexts. */
  stacks = 0;
  private next!: Context;
  private threads: (Thread | undefined)[] = [];
  private trap: unknown;
  private run: (entry: Function, slot: number, wait: Function) => Promise<void>;

  constructor(private readonly engine: Stacks) {
    this.run = WebAssembly.promising(engine.loop.run_context) as typeof this.run;
    try {
      engine.loop.trap();
    } catch (e) {
      this.trap = e;
    }
  }

  /** Makes a context: the first page of its stack, or an errno below zero. */
  create(slot: number, id: number, entry: number, page: number): number {
    let errno = ENOTSUP;
    try {
      const task = this.engine.tasks[slot]!; // not there while its start section runs
      const { __indirect_function_table: table, __stack_pointer: sp } = task.instance.exports;
      if (!(table instanceof WebAssembly.Table && sp instanceof WebAssembly.Global)) return -errno;
      sp.value = (sp.value as number) | 0; // an i32 that can be set?
      errno = EINVAL;
      const f = table.get(entry >>> 0) as Function;
      this.engine.loop.check(f);
      errno = ENOMEM;
      page ||= task.process.memory!.grow(PAGES);
      const main: Context = { id: 0, sp: 0 };
      const t = this.threads[slot] ??= { task, sp: sp as Thread["sp"], main, active: main, all: new Map([[0, main]]) };
      t.all.set(id, { id, entry: f, sp: (page + PAGES) << 16 });
      return page;
    } catch {
      return -errno;
    }
  }

  /** The running call is to be the last of its context for now. */
  to(slot: number, id: number): void {
    this.leaving = slot;
    this.next = this.threads[slot]!.all.get(id)!;
  }

  /** Suspends the active context; then gets what has the other one go on. */
  leave(then: (go: () => void) => void): Promise<void> {
    const slot = this.leaving, t = this.threads[slot]!, from = t.active, to = this.next;
    this.leaving = -1;
    const suspended = new Promise<void>((resolve, reject) => {
      from.resume = resolve;
      from.fail = reject;
    });
    from.sp = t.sp.value;
    this.activate(t, to);
    then(to.resume ?? (() => queueMicrotask(() => this.enter(slot, t, to))));
    return suspended;
  }

  private activate(t: Thread, c: Context): void {
    t.active = c;
    t.sp.value = c.sp;
  }

  private enter(slot: number, t: Thread, c: Context): void {
    this.stacks++;
    this.engine.wake(slot);
    c.gone = this.run(c.entry!, slot, t.task.shim.exports.wait as Function).then(() => this.left(slot, t, c), (e) => this.left(slot, t, c, e));
  }

  /** A context's stack has gone. */
  private left(slot: number, t: Thread, c: Context, e?: unknown): void {
    this.stacks--;
    if (c.ended) return;
    c.ended = true;
    const { go, callbacks } = this.engine;
    if (!go.task_ending(slot)) {
      if (isException(e)) {
        go.context_ended(slot, 1);
        t.all.delete(c.id);
        this.activate(t, t.main);
        t.main.fail!(e);
        return;
      }
      if (e === undefined) go.context_ended(slot, 0);
      else callbacks.trapped(slot, trapMessage(e));
    }
    t.main.fail!(this.trap);
  }

  /** Ends a context that is suspended: no handler of the guest's sees it. */
  end(slot: number, id: number): void {
    const t = this.threads[slot]!;
    this.unwind(t.all.get(id)!);
    t.all.delete(id);
  }

  private unwind(c: Context): void {
    if (c.ended) return;
    c.ended = true;
    c.fail?.(this.trap);
  }

  /** Ends the contexts of a task whose main one has gone. A promise, when there are stacks to wait for. */
  endAll(slot: number): Promise<unknown> | undefined {
    const t = this.threads[slot];
    this.threads[slot] = undefined;
    if (this.leaving === slot) this.leaving = -1;
    if (!t) return;
    const rest: Promise<void>[] = [];
    for (const c of t.all.values()) {
      if (!c.gone) continue;
      this.unwind(c);
      rest.push(c.gone);
    }
    return rest.length ? Promise.all(rest) : undefined;
  }
}
