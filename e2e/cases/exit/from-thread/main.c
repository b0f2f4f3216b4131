// A thread ends the whole process, with its code, while the others wait: for a
// futex, for a pipe, in a sleep, for each other.
//#Build: freestanding threads
//#AbstractConfig: base
//#ExpectedStdout: leaving
//#Config: zero:base
//#Args: 0
//#Config: nonzero:base
//#Args: 9
//#ExpectedExitCode: 9
#include "thread.h"

static u32 never, about, r, w;
static thread *first;

static void waits(void *arg) {
    char b;
    u32 how = (u32)arg;
    add(&about, 1u);
    if (how == 0) wait(&never, 0, 0);
    if (how == 1) read_some(r, &b, 1);
    if (how == 2) thread_sleep(3600000000000);
    if (how == 3) finish(first);
    print("went on\n");
}

static void leaves(void *code) {
    while (load(&about) < 4) sched_yield();
    print("leaving\n");
    proc_exit((u32)code);
}

void _start(void) {
    arguments();
    ok(fd_pipe(&r, &w));
    first = start(0, waits, (void *)0);
    for (u32 i = 1; i < 4; i++) start(i, waits, (void *)i);
    start(4, leaves, (void *)(u32)(argv[1][0] - '0'));
    wait(&never, 0, 0);
    print("main went on\n");
}
