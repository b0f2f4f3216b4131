// Each thread throws and catches by itself.
//#Build: freestanding exceptions threads
//#ExpectedStdout: ok
#include "exceptions.h"
#include "thread.h"

static u32 caught;

static u32 __attribute__((noinline)) down(u32 n, u32 value) {
    if (!n) raise(value);
    ok(sched_yield());
    return down(n - 1, value) + 1;
}

static void worker(void *arg) {
    for (u32 i = 1; i <= 20; i++) {
        u32 got = 0;
        try {
            down(i % 7, (u32)arg * 100 + i);
        } catch (...) {
            got = current();
        }
        check(got, (u32)arg * 100 + i);
        add(&caught, 1u);
    }
}

extern "C" void _start() {
    thread *t[6];
    for (u32 i = 0; i < 6; i++) t[i] = start(i, worker, (void *)i);
    for (u32 i = 0; i < 6; i++) finish(t[i]);
    check(caught, 120);
    print("ok\n");
}
