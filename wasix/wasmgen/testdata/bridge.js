import { load, make, random } from "./checks.js";

const EFAULT = 21, EINVAL = 28;
const page = 65536;

export const memory = (initial, shared) =>
  new WebAssembly.Memory(shared ? { initial, maximum: 65536, shared: true } : { initial });

// A bridge in slot 1 of a fresh table, and copies of both memories as plain arrays: the model.
async function setUp(shared) {
  const tramp = await make("trampolines");
  const slot = tramp.slot_size.value;
  const go = memory(3, false), guest = memory(2, shared);
  const made = await WebAssembly.instantiate(await load(shared ? "bridge shared" : "bridge"), {
    go: { mem: go }, guest: { mem: guest }, k: { table: tramp.table },
  });
  made.exports.connect(slot);
  const goBytes = new Uint8Array(go.buffer), guestBytes = new Uint8Array(guest.buffer);
  const next = random(1);
  for (let i = 0; i < goBytes.length; i++) goBytes[i] = next(256);
  for (let i = 0; i < guestBytes.length; i++) guestBytes[i] = next(256);
  return { tramp, slot, goBytes, guestBytes, guest, goModel: goBytes.slice(), guestModel: guestBytes.slice(), next };
}

function same(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export async function bridge(t) {
  for (const shared of [false, true]) {
    const s = await setUp(shared);
    const { tramp, slot, goBytes, guestBytes, goModel, guestModel, next } = s;
    const end = 2 * page;
    const unchanged = (what) => {
      t.equal(`${what}: Go's memory`, same(goBytes, goModel), true);
      t.equal(`${what}: guest's memory`, same(guestBytes, guestModel), true);
    };
    const inside = (p, n) => p + n <= end; // exact: JavaScript numbers
    const copies = (g, p, n) => {
      t.equal(`copy_in ${g} ${p} ${n}`, tramp.copy_in(slot, g, p, n), n === 0 || inside(p, n) ? 0 : EFAULT);
      if (inside(p, n)) goModel.set(guestModel.subarray(p, p + n), g);
      t.equal(`copy_out ${p} ${g} ${n}`, tramp.copy_out(slot, p, g + 3, n), n === 0 || inside(p, n) ? 0 : EFAULT);
      if (inside(p, n)) guestModel.set(goModel.subarray(g + 3, g + 3 + n), p);
    };
    // Every length that is copied inline and some above, in the middle, at both ends and one past the end.
    for (let n = 0; n <= 300; n++) {
      copies(next(1000), next(1000), n);
      copies(next(1000), end - n, n);
      copies(next(1000), 0, n);
      if (n > 0) copies(next(1000), end - n + 1, n);
      if (n % 50 === 0) unchanged(`length ${n}`);
    }
    for (let i = 0; i < 200; i++) copies(next(page), next(end + 100), next(page));
    unchanged("random copies");
    // Addresses and lengths whose 32-bit sum wraps to something harmless.
    for (const [p, n] of [[0xffffffff, 1], [0xffffffff, 2], [0xfffffff0, 0x20], [16, 0xfffffff0], [0x80000000, 0x80000000],
      [0, 0xffffffff], [end, 1], [end + 1, 0xffffffff], [0xffffffff, 0xffffffff], [end, 0], [0xffffffff, 0]]) copies(0, p, n);
    unchanged("wrapping copies");

    const view = new DataView(guestModel.buffer);
    const high = (e) => BigInt(e) << 32n;
    for (const p of [0, 1, 7, 4096, end - 8, end - 7, end - 4, end - 3, end - 2, end - 1, end, 0xffffffff, 0xfffffffc]) {
      const at = (n, f) => (inside(p, n) ? f() : undefined);
      t.equal(`load8 ${p}`, tramp.load8(slot, p), at(1, () => BigInt(view.getUint8(p))) ?? high(EFAULT));
      t.equal(`load32 ${p}`, tramp.load32(slot, p), at(4, () => BigInt(view.getUint32(p, true))) ?? high(EFAULT));
      const atomic = p % 4 ? high(EINVAL) : at(4, () => BigInt(view.getUint32(p, true))) ?? high(EFAULT);
      t.equal(`atomic_load32 ${p}`, tramp.atomic_load32(slot, p), atomic);
      t.equal(`load64 ${p}`, tramp.load64(slot, 2 * page, p), inside(p, 8) ? 0 : EFAULT);
      at(8, () => goModel.set(guestModel.subarray(p, p + 8), 2 * page));
      const v = 0x8182838485868788n;
      for (const [name, n, value] of [["store8", 1, Number(v & 0xffn)], ["store16", 2, Number(v & 0xffffn)], ["store32", 4, Number(v & 0xffffffffn)], ["store64", 8, BigInt.asIntN(64, v)]]) {
        t.equal(`${name} ${p}`, tramp[name](slot, p, value), inside(p, n) ? 0 : EFAULT);
        at(n, () => { for (let i = 0; i < n; i++) view.setUint8(p + i, Number((v >> BigInt(8 * i)) & 0xffn)); });
        unchanged(`${name} ${p}`);
      }
      for (const n of [0, 1, 5, 4096, 0xffffffff]) {
        t.equal(`fill ${p} ${n}`, tramp.fill(slot, p, n & 0x7f, n), n === 0 || inside(p, n) ? 0 : EFAULT);
        at(n, () => guestModel.fill(n & 0x7f, p, p + n));
        unchanged(`fill ${p} ${n}`);
      }
    }

    // One buffer of an iovec: v where that is, r where the length goes, p and n the buffer, room what the kernel has.
    const one = (v, r, p, n, room) => {
      const g = 70_000;
      for (const [name, out] of [["read_one", true], ["write_one", false]]) {
        if (inside(v, 8)) {
          for (const m of [guestModel, guestBytes]) {
            new DataView(m.buffer).setUint32(v, p, true);
            new DataView(m.buffer).setUint32(v + 4, n, true);
          }
        }
        const ok = inside(v, 8) && inside(r, 4) && n > 0 && n <= room && inside(p, n);
        t.equal(`${name} ${[v, r, p, n, room]}`, tramp[name](slot, v, r, g, room), ok ? n : -1);
        if (!ok) continue;
        if (out) guestModel.set(goModel.subarray(g, g + n), p);
        else goModel.set(guestModel.subarray(p, p + n), g);
        view.setUint32(r, n, true);
      }
    };
    for (const n of [0, 1, 2, 16, 64, 300, 4096, 0x7fffffff, 0xffffffff]) {
      for (const room of [1, 15, 64, 300, 4095, 4096, 5000]) {
        one(16, 32, 4096, n, room);
        one(end - 8, end - 4, 1000, n, room); // the count goes over the iovec's length
        one(0, 8, end - n >= 0 ? end - n : 0, n, room);
        one(0, 8, end - n + 1 >= 0 ? end - n + 1 : 0xfffffff0, n, room);
        unchanged(`one of ${n} in ${room}`);
      }
    }
    for (const bad of [end - 7, end - 3, end, 0xfffffff8, 0xffffffff]) {
      one(bad, 0, 4096, 8, 64);
      one(16, bad, 4096, 8, 64);
      unchanged(`one at ${bad}`);
    }
    for (let i = 0; i < 200; i++) one(next(end), next(end), next(end), next(600), next(600) + 1);
    unchanged("one at random");

    t.equal("size", tramp.size(slot), 2);
    t.equal("grow", tramp.grow(slot, 1), 2);
    t.equal("size after grow", tramp.size(slot), 3);
    t.equal("grow too far", tramp.grow(slot, 65536), -1);
    t.equal("copy to new page", tramp.copy_out(slot, 3 * page - 4, 0, 4), 0);
    t.equal("new page", same(new Uint8Array(s.guest.buffer).slice(3 * page - 4, 3 * page), goModel.subarray(0, 4)), true);
    t.equal("past the new page", tramp.copy_out(slot, 3 * page - 3, 0, 4), EFAULT);

    tramp.slot_clear(slot);
    t.equal("cleared slot", [tramp.copy_in(slot, 0, 0, 1), tramp.size(slot), tramp.load32(slot, 0), tramp.read_one(slot, 0, 0, 0, 1)],
      [EFAULT, 0, high(EFAULT), -1]);
  }
}

// Several bridges in one table, and one that does not fit.
export async function slots(t) {
  const tramp = await make("trampolines");
  const go = memory(1, false);
  const size = tramp.slot_size.value;
  const put = async (slot, guest) => {
    const { connect } = (await WebAssembly.instantiate(await load("bridge"), {
      go: { mem: go }, guest: { mem: guest }, k: { table: tramp.table },
    })).exports;
    connect(slot);
    return connect;
  };
  await t.throws("slot outside the table", WebAssembly.RuntimeError, "", () => put(2 * size, memory(1, false)));
  const first = tramp.slots_add(3);
  t.equal("slots_add", first, 2 * size);
  for (let i = 0; i < 5; i++) await put(i * size, memory(i + 1, false));
  for (let i = 0; i < 5; i++) t.equal(`size of slot ${i}`, tramp.size(i * size), i + 1);
  tramp.slot_clear(3 * size);
  t.equal("neighbours of a cleared slot", [2, 3, 4].map((i) => tramp.size(i * size)), [3, 0, 5]);
  const connect = await put(3 * size, memory(7, false));
  connect(0);
  t.equal("one memory in two slots", [0, 3].map((i) => tramp.size(i * size)), [7, 7]);
  await t.throws("shared for unshared", WebAssembly.LinkError, "", () => put(0, memory(1, true)));
}
