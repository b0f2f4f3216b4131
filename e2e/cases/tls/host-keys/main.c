// The keys that programs of 2022 ask the host for: a value per thread, 64 bits
// wide, zero at first.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

WASIX(thread_local_create) u32 thread_local_create(u64 data, u32 *key);
WASIX(thread_local_destroy) u32 thread_local_destroy(u32 key);
WASIX(thread_local_get) u32 thread_local_get(u32 key, u64 *value);
WASIX(thread_local_set) u32 thread_local_set(u32 key, u64 value);

static u32 a, b;

static u64 get(u32 key) {
    u64 v = 99;
    ok(thread_local_get(key, &v));
    return v;
}

static void worker(void *arg) {
    u64 mine = 0x100000000ull * (u32)arg + 5;
    check(get(a), 0);
    ok(thread_local_set(a, mine));
    ok(thread_local_set(b, ~mine));
    ok(sched_yield());
    check(get(a), mine);
    check(get(b), ~mine);
}

void _start(void) {
    ok(thread_local_create(0, &a));
    ok(thread_local_create(7, &b));
    check(a != b, 1);
    ok(thread_local_set(a, 1));
    thread *t[4];
    for (u32 i = 0; i < 4; i++) t[i] = start(i, worker, (void *)(i + 1));
    for (u32 i = 0; i < 4; i++) finish(t[i]);
    check(get(a), 1);
    check(get(b), 0);
    ok(thread_local_destroy(a));
    check(thread_local_destroy(a), EINVAL);
    check(thread_local_set(a, 1), EINVAL);
    check(get(a), 0);
    u32 c;
    ok(thread_local_create(0, &c));
    check(get(c), 0); // nothing is left of an older one
    check(thread_local_get(b, (u64 *)0xfffffff9u), EFAULT);
    print("ok\n");
}
