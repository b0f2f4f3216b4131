// A signal that a process sends to itself is handled before the call returns; its
// handler may make calls, and send others.
//#Build: freestanding
//#ExpectedStdout: 10
//#ExpectedStdout: 12
//#ExpectedStdout: ok
#include "proc.h"

static u32 count, depth;

HANDLER handler(u32 signal) {
    depth++;
    print_number(signal);
    print("\n");
    if (signal == SIGUSR1) ok(proc_raise(SIGUSR2));
    count++;
    depth--;
}

void _start(void) {
    hear();
    ok(proc_raise(SIGUSR1));
    check(count, 2);
    check(depth, 0);
    ok(proc_raise(0));
    ok(proc_signal(self(), 0));
    check(count, 2);
    check(proc_raise(200), EINVAL);
    check(proc_signal(self(), 200), EINVAL);
    check(proc_signal(123456, SIGUSR1), ESRCH);
    print("ok\n");
}
