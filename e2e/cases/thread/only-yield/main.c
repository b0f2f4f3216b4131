// A process ends although its other threads do nothing but yield.
//#Build: freestanding threads
//#Config: yields
//#Args: 0
//#ExpectedStdout: leaving
//#ExpectedExitCode: 6
//#Config: sleeps
//#Args: 1
//#ExpectedStdout: leaving
//#ExpectedExitCode: 6
//#Config: writes
//#Args: 2
//#ExpectedExitCode: 6
//#Config: at-once
//#Args: 3
//#ExpectedStdout: leaving
//#ExpectedExitCode: 6
#include "thread.h"

static u32 turns, never;

static void spins(void *arg) {
    (void)arg;
    while (!load(&never)) {
        add(&turns, 1u);
        sched_yield();
    }
}

void _start(void) {
    arguments();
    u32 how = (u32)(argv[1][0] - '0');
    for (u32 i = 0; i < 3; i++) start(i, spins, 0);
    while (how < 3 && load(&turns) < 1000) {
        if (how == 0) sched_yield();
        if (how == 1) thread_sleep(1000000);
        if (how == 2) print("0123456789\n");
    }
    if (how != 2) print("leaving\n");
    proc_exit(6);
}
