import { make, random } from "./checks.js";
import { memory } from "./bridge.js";

const EFAULT = 21;
const page = 65536, block = 4096;

export async function clone(t) {
  for (const shared of [false, true]) {
    const a = memory(4, shared), b = memory(3, shared);
    const m = await make(shared ? "clone shared" : "clone", { a: { mem: a }, b: { mem: b } });
    const src = new Uint8Array(a.buffer), dst = new Uint8Array(b.buffer);
    const equal = (what, from, to) => {
      let at = -1;
      for (let i = from; i < to && at < 0; i++) if (src[i] !== dst[i]) at = i;
      t.equal(`${what}: first difference`, at, -1);
    };
    // One byte in a block, at every place where a scan by 64 or 16 bytes could miss it.
    const used = new Set();
    const next = random(7);
    for (const p of [0, 15, 16, 63, 64, block - 1]) used.add(2 * used.size), (src[(2 * used.size - 2) * block + p] = 1);
    for (let i = 0; i < 12; i++) {
      const q = next(4 * page);
      src[q] = 0x80;
      used.add(Math.floor(q / block));
    }
    const within3 = [...used].filter((k) => k < 3 * page / block).length;
    t.equal("copied blocks", m.clone(3), within3);
    equal("clone", 0, 3 * page);
    t.equal("clone again", m.clone(3), within3);
    t.equal("clone of nothing", m.clone(0), 0);
    t.equal("source too large", m.clone(4), -1);
    t.equal("both too small", m.clone(0xffffffff), -1);

    dst[5 * block + 1] = 9;
    const dirty = new Set([...used, 5].filter((k) => k < 3 * page / block)).size;
    t.equal("blocks made zero", m.zero(3), dirty);
    t.equal("all zero", dst.every((v) => v === 0), true);
    t.equal("nothing left to do", m.zero(3), 0);
    t.equal("zero too far", m.zero(4), -1);

    src.set([1, 2, 3, 4, 5], 1000);
    t.equal("copy", m.copy(3 * page - 4, 1000, 4), 0);
    t.equal("copied", [...dst.slice(3 * page - 4)], [1, 2, 3, 4]);
    t.equal("copy_back", m.copy_back(4 * page - 3, 3 * page - 4, 3), 0);
    t.equal("copied back", [...src.slice(4 * page - 3)], [1, 2, 3]);
    const before = [src.slice(), dst.slice()];
    for (const [p, q, n] of [[3 * page - 3, 1000, 4], [0, 4 * page - 3, 4], [0xffffffff, 0, 1], [0, 0xffffffff, 1], [0, 0, 0xffffffff], [8, 8, 0xfffffff8]]) {
      t.equal(`copy ${p} ${q} ${n}`, m.copy(p, q, n), EFAULT);
      t.equal(`copy_back ${q} ${p} ${n}`, m.copy_back(q, p, n), EFAULT);
    }
    t.equal("copy of nothing", m.copy(0xffffffff, 0xffffffff, 0), 0);
    t.equal("clear past the end", m.clear(3 * page - 1, 2), EFAULT);
    t.equal("nothing was touched", src.every((v, i) => v === before[0][i]) && dst.every((v, i) => v === before[1][i]), true);
    t.equal("clear", m.clear(3 * page - 3, 2), 0);
    t.equal("cleared", [...dst.slice(3 * page - 4)], [1, 0, 0, 4]);
    t.equal("clear nothing", m.clear(0xffffffff, 0), 0);
  }
}

// The end of a 4 GiB memory is no 32-bit address.
export async function cloneHuge(t) {
  const a = memory(65536, false), b = memory(65536, false);
  const m = await make("clone", { a: { mem: a }, b: { mem: b } });
  const src = new DataView(a.buffer), dst = new DataView(b.buffer);
  const end = 2 ** 32;
  for (const p of [0, 2 ** 31 - 4, 2 ** 31, end - block, end - 4]) src.setUint32(p, p ^ 5);
  t.equal("copied blocks", m.clone(65536), 4);
  for (const p of [0, 2 ** 31 - 4, 2 ** 31, end - block, end - 4]) t.equal(`at ${p}`, dst.getInt32(p), p ^ 5);
  t.equal("copy of the last bytes", m.copy(end - 16, end - 4, 4), 0);
  t.equal("last bytes", dst.getInt32(end - 16), (end - 4) ^ 5);
  t.equal("copy across the end", m.copy(end - 16, end - 4, 5), EFAULT);
  t.equal("zero", m.zero(65536), 4);
  t.equal("is zero", dst.getInt32(end - 4), 0);
}
