// A child on the parent's memory that faults or is killed ends alone.
//#Build: freestanding asyncify threads
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    u32 pid;
    ok(proc_fork(0, &pid));
    if (!pid) __builtin_trap();
    wait_for(pid, 134);
    ok(proc_fork(0, &pid));
    if (!pid) {
        ok(proc_signal(self(), SIGKILL));
        proc_exit(1);
    }
    killed_by(pid, SIGKILL);
    print("ok\n");
}
