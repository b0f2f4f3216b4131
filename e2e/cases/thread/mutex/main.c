// A mutex lets one thread in at a time, and none of them is forgotten.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

enum { N = 8, ROUNDS = 200 };

static mutex m;
static u32 inside, total, turns[N];

static void worker(void *arg) {
    for (u32 i = 0; i < ROUNDS; i++) {
        ok(lock(&m, 0));
        check(inside, 0);
        inside = 1;
        u32 seen = total;
        ok(sched_yield()); // the others run while it is locked
        total = seen + 1;
        turns[(u32)arg]++;
        inside = 0;
        unlock(&m);
    }
}

void _start(void) {
    thread *t[N];
    for (u32 i = 0; i < N; i++) t[i] = start(i, worker, (void *)i);
    for (u32 i = 0; i < N; i++) finish(t[i]);
    check(total, N * ROUNDS);
    for (u32 i = 0; i < N; i++) check(turns[i], ROUNDS);
    check(load(&m), 0);
    print("ok\n");
}
