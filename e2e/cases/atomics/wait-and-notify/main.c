// The raw instructions: a wait that does not begin, one that times out, one that
// is notified, and how many a notify wakes; of 32 and 64 bits.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "poll.h"
#include "thread.h"

enum { WOKEN, NOT_EQUAL, TIMED_OUT };

static s32 word = 7;
static s64 wide = 1ll << 40;
static u32 waiting, woken;

static void waits(void *arg) {
    add(&waiting, 1u);
    u32 r = arg ? (u32)__builtin_wasm_memory_atomic_wait64(&wide, 1ll << 40, -1)
                : (u32)__builtin_wasm_memory_atomic_wait32(&word, 7, -1);
    check(r, WOKEN);
    add(&woken, 1u);
}

// notify wakes until so many have been.
static void notify(void *p, u32 most, u32 want) {
    u32 n = 0;
    while (n < want) {
        u32 now = (u32)__builtin_wasm_memory_atomic_notify((s32 *)p, most);
        check(now <= most, 1);
        n += now;
        ok(sched_yield());
    }
    check(n, want);
}

void _start(void) {
    check(__builtin_wasm_memory_atomic_wait32(&word, 8, -1), NOT_EQUAL);
    check(__builtin_wasm_memory_atomic_wait64(&wide, 1, -1), NOT_EQUAL);
    u64 before = now();
    check(__builtin_wasm_memory_atomic_wait32(&word, 7, 3 * MS), TIMED_OUT);
    check(now() - before >= 3 * MS, 1);
    check(__builtin_wasm_memory_atomic_wait64(&wide, 1ll << 40, 0), TIMED_OUT);
    check(__builtin_wasm_memory_atomic_notify(&word, 5), 0);
    thread *t[6];
    for (u32 i = 0; i < 6; i++) t[i] = start(i, waits, (void *)(i / 4));
    while (load(&waiting) < 6) sched_yield();
    notify(&word, 1, 2);
    notify(&word, 9, 2);
    while (load(&woken) < 4) sched_yield();
    check(__builtin_wasm_memory_atomic_notify(&word, 9), 0);
    notify(&wide, 1, 2);
    for (u32 i = 0; i < 6; i++) finish(t[i]);
    // The futex calls and the instructions are the same thing.
    store(&waiting, 0u);
    t[0] = start(0, waits, 0);
    while (load(&waiting) < 1) sched_yield();
    while (load(&woken) < 7) {
        wake((volatile u32 *)&word);
        ok(sched_yield());
    }
    finish(t[0]);
    print("ok\n");
}
