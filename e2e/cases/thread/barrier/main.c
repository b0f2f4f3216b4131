// A barrier holds threads until all have come, round after round.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

enum { N = 6, ROUNDS = 50 };

static u32 count, round, where[N];

static u32 barrier(void) {
    u32 mine = load(&round);
    if (add(&count, 1u) == N) {
        store(&count, 0u);
        add(&round, 1u);
        wake_all(&round);
        return 1;
    }
    while (load(&round) == mine) wait(&round, mine, 0);
    return 0;
}

static u32 last;

static void worker(void *arg) {
    for (u32 i = 0; i < ROUNDS; i++) {
        store(&where[(u32)arg], i);
        if (barrier()) add(&last, 1u);
        for (u32 j = 0; j < N; j++) check(load(&where[j]), i);
        barrier();
    }
}

void _start(void) {
    thread *t[N];
    for (u32 i = 0; i < N; i++) t[i] = start(i, worker, (void *)i);
    for (u32 i = 0; i < N; i++) finish(t[i]);
    check(last, ROUNDS);
    print("ok\n");
}
