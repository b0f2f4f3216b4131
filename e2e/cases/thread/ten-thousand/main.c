// Ten thousand threads over a program's life, a thousand at once.
//#Build: freestanding threads
//#ExpectedStdout: ok
#define THREADS 1000
#include "thread.h"

static volatile u32 here, gate, sum;

static void meet(void *arg) {
    volatile u32 local = (u32)arg; // on the thread's own stack
    if (add(&here, 1u) == THREADS) wake(&here);
    wait(&gate, 0, 0);
    add(&sum, local);
}

void _start(void) {
    static thread *t[THREADS];
    for (u32 round = 1; round <= 10; round++) {
        store(&here, 0u);
        store(&gate, 0u);
        for (u32 i = 0; i < THREADS; i++) t[i] = start(i, meet, (void *)i);
        for (u32 n; (n = load(&here)) < THREADS;) wait(&here, n, 0);
        check(load(&sum), (round - 1) * (THREADS * (THREADS - 1) / 2));
        store(&gate, 1u);
        wake_all(&gate);
        for (u32 i = 0; i < THREADS; i++) finish(t[i]);
        check(load(&sum), round * (THREADS * (THREADS - 1) / 2));
    }
    print("ok\n");
}
