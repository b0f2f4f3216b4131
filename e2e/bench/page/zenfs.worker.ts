import { IndexedDB, configure, fs } from "rt/zenfs/lib.js";
import { MiB, content, file, piece, same, serve } from "./store";

// By default its mount reads the contents of all files as well, which are then there for the
// functions of node:fs that do not wait. Without that, it reads when it is asked, as we do.
const mount = () => configure({ mounts: { "/": { backend: IndexedDB, storeName: "zenfs", disableAsyncCache: true } } });

serve({
  mount,
  async write_many(n) {
    for (let d = 0; d < 16; d++) await fs.promises.mkdir(`/many/d${d}`, { recursive: true });
    for (let i = 0; i < n; i++) await fs.promises.writeFile(file(i), content(i));
  },
  async read_many(n) {
    for (let i = 0; i < n; i++) same(await fs.promises.readFile(file(i)), content(i));
  },
  // In one piece: a part of a file makes it write the whole of it again.
  async write_big(n) {
    const b = new Uint8Array(n * MiB);
    for (let i = 0; i < n; i++) piece(i, b.subarray(i * MiB, (i + 1) * MiB));
    await fs.promises.writeFile("/big", b);
  },
  async read_big(n) {
    const b = await fs.promises.readFile("/big");
    const wanted = new Uint8Array(MiB);
    for (let i = 0; i < n; i++) {
      piece(i, wanted);
      same(b.subarray(i * MiB, (i + 1) * MiB), wanted);
    }
  },
  // Its transactions are of the browser's default durability, also those of sync(): there is
  // nothing to compare append_sync with.
  async close() {
    fs.umount("/");
  },
});
