// An alarm comes once, after its time, and ends a call that waits; a repeated one
// comes until it is ended; nobody's handler: it ends the program.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"

static u32 alarms;

HANDLER handler(u32 signal) { alarms += signal == SIGALRM; }

void _start(void) {
    arguments();
    if (argc == 2) {
        sleep(MINUTE);
        proc_exit(1);
    }
    hear();
    u64 before = now();
    ok(proc_raise_interval(SIGALRM, 5 * MS, 0));
    while (!alarms) sched_yield();
    check(now() - before >= 5 * MS, 1);
    // Again and again: the first may come before the program waits.
    ok(proc_raise_interval(SIGALRM, 5 * MS, 1));
    check(sleep(MINUTE), EINTR);
    check(now() - before < MINUTE, 1);
    while (alarms < 4) sleep(MINUTE);
    ok(proc_raise_interval(SIGALRM, 0, 0));
    u32 so_far = alarms;
    ok(sleep(10 * MS));
    check(alarms, so_far);
    // A later one replaces an earlier one.
    ok(proc_raise_interval(SIGALRM, MINUTE, 0));
    ok(proc_raise_interval(SIGALRM, 1 * MS, 0));
    while (alarms == so_far) sched_yield();
    check(proc_raise_interval(99, MS, 0), EINVAL);
    u32 pid = fork();
    if (!pid) { // exec keeps the alarm, and not the handler
        ok(proc_raise_interval(SIGALRM, 5 * MS, 1));
        ok(run_again("child"));
    }
    killed_by(pid, SIGALRM);
    print("ok\n");
}
