// fork in a thread: the child has that thread alone, with its stack and its
// thread-locals; locks that others hold stay locked.
//#Build: freestanding threads asyncify
//#ExpectedStdout: ok
#include "proc.h"
#include "thread.h"

static u32 never, waiting;
static mutex m;
static _Thread_local u32 mine = 1;
static thread *sleeper;

static void sleeps(void *arg) {
    (void)arg;
    lock(&m, 0);
    store(&waiting, 1u);
    wait(&never, 0, 0);
}

static void forks(void *arg) {
    volatile u32 local = (u32)arg;
    mine = 50;
    u32 pid = fork();
    if (!pid) {
        check(local, 40);
        check(mine, 50);
        ok(thread_join(sleeper->tid)); // it is not here
        check(thread_signal(sleeper->tid, 0), ESRCH);
        check(load(&m), 1);
        proc_exit(local + 2);
    }
    mine = 60;
    wait_for(pid, 42);
}

void _start(void) {
    sleeper = start(0, sleeps, 0);
    while (!load(&waiting)) sched_yield();
    finish(start(1, forks, (void *)40));
    check(mine, 1);
    ok(thread_signal(sleeper->tid, 0));
    print("ok\n");
}
