// Sleeping takes as long as was asked for, in each of the ways there are, and
// other threads go on meanwhile.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "poll.h"
#include "thread.h"

static u32 stop, turns;

static void spins(void *arg) {
    (void)arg;
    while (!load(&stop)) {
        add(&turns, 1u);
        sched_yield();
    }
}

static u32 word;

void _start(void) {
    thread *t = start(0, spins, 0);
    while (!load(&turns)) sched_yield();
    for (u32 how = 0; how < 3; how++)
        for (u64 ns = 1000; ns <= 10 * MS; ns *= 10) {
            u64 before = now();
            if (how == 0) ok(sleep(ns));
            if (how == 1) ok(thread_sleep(ns));
            if (how == 2) check(wait(&word, 0, ns), 0);
            // Below a microsecond or so it is as good as a yield.
            check(now() - before + 1000 >= ns, 1);
        }
    u32 before = load(&turns);
    while (load(&turns) == before) ok(thread_sleep(MS));
    store(&stop, 1u);
    finish(t);
    print("ok\n");
}
