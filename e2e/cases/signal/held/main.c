// Signals that are held stay pending, each once, and are delivered when they are
// let in; exec and SIGKILL do not ask.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

static u32 seen[32];

HANDLER handler(u32 signal) { seen[signal]++; }

void _start(void) {
    hear();
    hold();
    ok(proc_raise(SIGUSR1));
    ok(proc_raise(SIGUSR1));
    ok(proc_signal(self(), SIGTERM));
    check(seen[SIGUSR1] + seen[SIGTERM], 0);
    hear();
    check(seen[SIGUSR1], 1);
    check(seen[SIGTERM], 1);
    ok(proc_raise(SIGUSR1));
    check(seen[SIGUSR1], 2);
    // A child has the handler and begins without what is pending.
    hold();
    ok(proc_raise(SIGUSR1));
    u32 pid = fork();
    if (!pid) {
        hear();
        check(seen[SIGUSR1], 2);
        ok(proc_raise(SIGUSR1));
        check(seen[SIGUSR1], 3);
        hold();
        ok(proc_signal(self(), SIGKILL));
    }
    killed_by(pid, SIGKILL);
    hear();
    check(seen[SIGUSR1], 3);
    print("ok\n");
}
