// A thread that is cancelled while it waits ends there; one that nobody waits for
// goes by itself; the process ends with the last thing that runs.
//#Build: freestanding threads
//#ExpectedStdout: cleaned up
//#ExpectedStdout: ok
#include "proc.h"
#include "thread.h"

static u32 waiting, never, detached;
static _Thread_local u32 cancelled;

HANDLER handler(u32 signal) {
    if (signal != SIGUSR1) return;
    cancelled = 1;
}

static void stuck(void *arg) {
    (void)arg;
    store(&waiting, 1u);
    while (!cancelled) wait(&never, 0, 0); // a cancellation point
    print("cleaned up\n");
    thread_exit(0);
}

static void alone(void *arg) {
    (void)arg;
    add(&detached, 1u);
    wake(&detached);
}

void _start(void) {
    hear();
    thread *t = start(0, stuck, 0);
    while (!load(&waiting)) sched_yield();
    ok(thread_signal(t->tid, SIGUSR1));
    finish(t);
    check(cancelled, 0);
    for (u32 i = 0; i < 100; i++) { // as many as come and go
        u32 tid = start(1 + i % 8, alone, 0)->tid;
        while (load(&detached) != i + 1) wait(&detached, i, 0);
        if (i % 8 == 7) ok(thread_join(tid));
        while (i % 8 != 7 && thread_signal(tid, 0) == 0) sched_yield();
    }
    check(detached, 100);
    print("ok\n");
}
