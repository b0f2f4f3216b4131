// A semaphore lets as many in as it counts, and none waits in vain.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

static sem room = 3;
static u32 inside, most, done;

static void worker(void *arg) {
    (void)arg;
    for (u32 i = 0; i < 50; i++) {
        ok(sem_wait(&room, 0));
        u32 n = add(&inside, 1u);
        check(n <= 3, 1);
        for (u32 m; n > (m = load(&most)) && !cas(&most, m, n);) {}
        ok(sched_yield());
        __atomic_sub_fetch(&inside, 1u, __ATOMIC_SEQ_CST);
        sem_post(&room);
    }
    add(&done, 1u);
}

void _start(void) {
    thread *t[8];
    check(sem_try(&room), 0);
    check(load(&room), 2);
    sem_post(&room);
    for (u32 i = 0; i < 8; i++) t[i] = start(i, worker, 0);
    for (u32 i = 0; i < 8; i++) finish(t[i]);
    check(done, 8);
    check(load(&room), 3);
    for (u32 i = 0; i < 3; i++) ok(sem_try(&room));
    check(sem_try(&room), EAGAIN);
    print("ok\n");
}
