// IndexedDB for Go (providers/idbfs/store_js.go): few calls with much in each.

/** What Go gets to work with. Failures come as the DOMException's name and message, joined by ": ". */
export interface Database {
  /**
   * Changes, one after the other: key length (1 byte, top bit: delete), and for
   * a put value length (4 bytes, big-endian); then key and value. The first ones
   * begin a transaction; `strict` is its durability.
   */
  add(ops: Uint8Array, strict: boolean): void;
  /** One large value, which nobody else uses. */
  put(key: Uint8Array, value: Uint8Array, strict: boolean): void;
  /** The last changes. Answered once the transaction is complete, or aborted. */
  commit(id: number, ops: Uint8Array, strict: boolean): void;
  get(id: number, key: Uint8Array): void;
  /** All records, as in `add`; without values from the key `split` on. */
  scan(id: number, split: number): void;
  estimate(id: number): void;
  after(id: number, ms: number): void;
  cancel(id: number): void;
  close(): void;
}

/** Answers a call: data, or what went wrong. */
export type Answer = (id: number, error: string, data: Uint8Array | number | null) => void;

const store = "files";
/** How long an opener waits for the one before to go: a page that is being reloaded is still there. */
let graceMs = 1500;

/** A browser takes two seconds to end a worker that computes, and its locks last that long. */
export function afterRestart(): void {
  graceMs = 10_000;
}

/**
 * Opens a database, made when it is not there. `done` gets an errno's name and
 * a message, or the database. `stored` is told of complete transactions: Go's export,
 * which is called sooner than a function that takes values.
 */
export function openDatabase(name: string, readOnly: boolean, answer: Answer, warn: (message: string) => void,
                             done: (code: string, message: string, db: Database | null) => void,
                             stored = (id: number) => answer(id, "", null)): void {
  open(name, readOnly, answer, warn, stored).then((db) => done("", "", db), (e: unknown) => {
    const { code, message } = e as { code?: string; message: string };
    done(typeof code === "string" ? code : "EIO", typeof code === "string" ? message : describe(e), null);
  });
}

async function open(name: string, readOnly: boolean, answer: Answer, warn: (message: string) => void, stored: (id: number) => void): Promise<Database> {
  if (!globalThis.indexedDB) throw failure("ENOTSUP", "there is no IndexedDB here");
  // Who only reads takes what the last transaction left, and keeps nobody away.
  const release = readOnly ? () => {} : await lock(name, warn);
  try {
    return access(await connect(name, warn), release, answer, stored);
  } catch (e) {
    release();
    throw e;
  }
}

/** One writer per database, in all tabs and workers. Gone with its worker, whatever happens to it. */
function lock(name: string, warn: (message: string) => void): Promise<() => void> {
  const locks = navigator.locks;
  if (!locks) {
    warn(`idb ${name}: this page is not a secure context: nothing keeps two tabs from writing to one database`);
    return Promise.resolve(() => {});
  }
  return new Promise((resolve, reject) => {
    locks.request(`wasix-web:idb:${name}`, { signal: AbortSignal.timeout(graceMs) },
      () => new Promise<void>((release) => resolve(release)))
      .catch(() => reject(failure("EBUSY", "it is in use by another tab or worker, and has one writer at a time; { readOnly: true } reads it all the same")));
  });
}

function connect(name: string, warn: (message: string) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => {
      const db = request.result;
      if (!db.objectStoreNames.contains(store)) {
        db.close();
        reject(failure("EINVAL", "it exists and is not one of wasix-web's"));
      } else resolve(db);
    };
    request.onerror = () => {
      const e = request.error!;
      reject(e.name === "VersionError" ? failure("ENOTSUP", "it exists and is not one of wasix-web's, or of a later one") : e);
    };
    request.onblocked = () => warn(`idb ${name}: another connection keeps it from being opened`);
  });
}

function access(db: IDBDatabase, release: () => void, answer: Answer, stored: (id: number) => void): Database {
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let open = true;
  let tx: IDBTransaction | undefined;
  let error = "";
  // The user, or the browser, has deleted it under us.
  db.onclose = () => { open = false; };
  // Somebody wants to delete it. It waits until the mount has ended: the files are in use.
  db.onversionchange = () => {};

  const run = <T>(id: number, begin: () => IDBRequest<T>, end: (value: T) => Uint8Array | null) => {
    try {
      const request = begin();
      request.onsuccess = () => answer(id, "", end(request.result));
      request.onerror = () => answer(id, describe(request.error), null);
    } catch (e) {
      later(() => answer(id, describe(e), null));
    }
  };
  const change = (strict: boolean, make: (s: IDBObjectStore) => void) => {
    if (error) return;
    try {
      tx ??= db.transaction(store, "readwrite", { durability: strict ? "strict" : "relaxed" });
      make(tx.objectStore(store));
    } catch (e) {
      error = describe(e);
      if (tx) abort(tx);
    }
  };
  const add = (ops: Uint8Array, strict: boolean) => change(strict, (s) => {
    for (let at = 0; at < ops.length;) {
      const k = ops[at++]!;
      if (k & 0x80) {
        s.delete(ops.slice(at, at += k & 0x7f));
        continue;
      }
      const n = size(ops, at);
      const key = ops.slice(at + 4, at + 4 + k);
      at += 4 + k;
      s.put(ops.slice(at, at += n), key);
    }
  });
  return {
    add,
    put: (key, value, strict) => change(strict, (s) => s.put(value, key as Uint8Array<ArrayBuffer>)),
    commit(id, ops, strict) {
      add(ops, strict);
      const t = tx;
      let why = error;
      tx = undefined;
      error = "";
      if (!t || why) return later(() => answer(id, why, null));
      // A failed request says more than the abort that follows.
      t.onerror = (event) => { why ||= describe((event.target as IDBRequest).error); };
      t.oncomplete = () => stored(id);
      t.onabort = () => answer(id, t.error ? describe(t.error) : why || "AbortError: the transaction was aborted", null);
      try {
        t.commit();
      } catch (e) {
        why = describe(e);
        abort(t);
      }
    },
    get: (id, key) => run(id, () => db.transaction(store).objectStore(store).get(key as Uint8Array<ArrayBuffer>), (v) => (v as Uint8Array | undefined) ?? null),
    scan(id, split) {
      try {
        const bound = new Uint8Array([split]);
        const s = db.transaction(store).objectStore(store);
        const values = s.getAll(IDBKeyRange.upperBound(bound, true));
        run(id, () => s.getAllKeys(), (keys) => pack(keys as ArrayBuffer[], values.result as Uint8Array[]));
      } catch (e) {
        later(() => answer(id, describe(e), null));
      }
    },
    estimate(id) {
      const none = () => answer(id, "", -1);
      if (!navigator.storage?.estimate) return later(none);
      navigator.storage.estimate().then(({ quota, usage }) => answer(id, "", quota === undefined || usage === undefined ? -1 : Math.max(quota - usage, 0)), none);
    },
    after(id, ms) {
      timers.set(id, setTimeout(() => {
        timers.delete(id);
        answer(id, "", null);
      }, ms));
    },
    cancel(id) {
      clearTimeout(timers.get(id));
      timers.delete(id);
    },
    close() {
      for (const t of timers.values()) clearTimeout(t);
      if (open) db.close();
      release();
    },
  };
}

function pack(keys: ArrayBuffer[], values: Uint8Array[]): Uint8Array {
  let n = 0;
  for (const k of keys) n += 5 + k.byteLength;
  for (const v of values) n += v.length;
  const out = new Uint8Array(n);
  let at = 0;
  keys.forEach((key, i) => {
    const value = values[i];
    const len = value?.length ?? 0;
    out.set([key.byteLength, len >>> 24, len >>> 16, len >>> 8, len], at);
    out.set(new Uint8Array(key), at + 5);
    at += 5 + key.byteLength;
    if (value) out.set(value, at);
    at += len;
  });
  return out;
}

function size(b: Uint8Array, at: number): number {
  return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
}

function abort(t: IDBTransaction): void {
  try {
    t.abort();
  } catch {
    // It has ended by itself.
  }
}

function later(fn: () => void): void {
  setTimeout(fn, 0);
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function describe(e: unknown): string {
  const { name, message } = (e ?? {}) as Partial<DOMException>;
  return `${name || "UnknownError"}: ${message || "no more is known"}`;
}
