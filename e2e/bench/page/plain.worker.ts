// A file is a record. One that is larger than a megabyte is several: records of this size are what
// the database is fastest with.
import { MiB, content, file, log, piece, same, serve } from "./store";

const records = "files";
let db: IDBDatabase;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// write puts what fn makes into one transaction, and waits until it is complete.
function write(durability: IDBTransactionDurability, fn: (s: IDBObjectStore) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const tx = db.transaction(records, "readwrite", { durability });
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error);
    fn(tx.objectStore(records));
    tx.commit();
  });
}

const read = (key: string): Promise<Uint8Array> => done(db.transaction(records).objectStore(records).get(key));

// Some requests at a time are answered sooner than one after the other.
async function gathered(n: number, size: number, fn: (i: number) => Promise<void>): Promise<void> {
  for (let i = 0; i < n; i += size) await Promise.all(Array.from({ length: Math.min(size, n - i) }, (_, k) => fn(i + k)));
}

serve({
  async mount() {
    const opening = indexedDB.open("plain", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(records);
    db = await done(opening);
  },
  async write_many(n) {
    for (let i = 0; i < n;) {
      await write(i + 100 >= n ? "strict" : "relaxed", (s) => {
        for (const end = Math.min(i + 100, n); i < end; i++) s.put(content(i), file(i));
      });
    }
  },
  read_many: (n) => gathered(n, 100, async (i) => same(await read(file(i)), content(i))),
  async write_big(n) {
    for (let i = 0; i < n;) {
      await write(i + 16 >= n ? "strict" : "relaxed", (s) => {
        for (const end = Math.min(i + 16, n); i < end; i++) {
          const b = new Uint8Array(MiB);
          piece(i, b);
          s.put(b, `/big/${i}`);
        }
      });
    }
  },
  async read_big(n) {
    await gathered(n, 8, async (i) => {
      const b = await read(`/big/${i}`);
      const wanted = new Uint8Array(MiB);
      piece(i, wanted);
      same(b, wanted);
    });
  },
  // What every fd_sync has to wait for at least: a small record in a strict transaction.
  async append_sync(n) {
    for (let i = 0; i < n; i++) await write("strict", (s) => s.put(log, `/log/${i}`));
  },
  async close() {
    db.close();
  },
});
