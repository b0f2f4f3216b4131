// futex_wait and futex_wake: who is woken, in which order, and what is refused.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

static u32 word, order[4], next, waiting;

static void waits(void *arg) {
    while (load(&waiting) != (u32)arg) sched_yield();
    add(&waiting, 1u);
    wait(&word, 0, 0);
    order[add(&next, 1u) - 1] = (u32)arg;
}

void _start(void) {
    u8 woken = 9;
    option_u64 none = {0, 0}, bad = {7, 0};
    thread *t[4];
    check(wait(&word, 1, 0), 1); // it has another value
    check(wait(&word, 0, 1000000), 0);
    check(futex_wait((u32 *)((u32)&word + 2), 0, &none, &woken), EINVAL);
    check(futex_wait((u32 *)0xfffffff0u, 0, &none, &woken), EFAULT);
    check(futex_wait(&word, 0, &bad, &woken), EINVAL);
    check(futex_wake((u32 *)0xfffffff0u, &woken), EFAULT);
    for (u32 i = 0; i < 4; i++) t[i] = start(i, waits, (void *)i);
    while (load(&waiting) < 4) sched_yield();
    // A wake may come before the last of them waits: wake until somebody has been.
    for (u32 i = 0; i < 2; i++)
        while (load(&next) == i) {
            wake(&word);
            ok(sched_yield());
        }
    while (load(&next) < 4) {
        wake_all(&word);
        ok(sched_yield());
    }
    for (u32 i = 0; i < 4; i++) finish(t[i]);
    u32 seen = 0;
    for (u32 i = 0; i < 4; i++) seen |= 1u << order[i];
    check(seen, 15);
    print("ok\n");
}
