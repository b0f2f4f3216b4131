// Threads run on the memory of the process, with an id and a stack each, and can
// be waited for.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

static u32 counter, tids[8];
static volatile u32 *stacks[8];

static void count(void *arg) {
    volatile u32 local = (u32)arg;
    stacks[local] = &local;
    ok(thread_id(&tids[local]));
    for (u32 i = 0; i < 1000; i++) {
        add(&counter, 1u);
        if (i % 100 == 0) ok(sched_yield());
    }
    check(local, (u32)arg);
}

void _start(void) {
    thread *t[8];
    u32 main_tid;
    ok(thread_id(&main_tid));
    for (u32 round = 1; round <= 3; round++) {
        for (u32 i = 0; i < 8; i++) t[i] = start(i, count, (void *)i);
        for (u32 i = 0; i < 8; i++) finish(t[i]);
        check(load(&counter), round * 8000);
        for (u32 i = 0; i < 8; i++) {
            check(tids[i], t[i]->tid);
            check(tids[i] != main_tid, 1);
            for (u32 j = 0; j < i; j++) check(tids[i] != tids[j] && stacks[i] != stacks[j], 1);
        }
    }
    // One that has ended can be waited for again, the caller cannot.
    ok(thread_join(t[0]->tid));
    check(thread_join(main_tid), EDEADLK);
    print("ok\n");
}
