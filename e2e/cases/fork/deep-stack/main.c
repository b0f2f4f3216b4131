// fork from deep inside of calls: both processes come back through all of them.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

typedef u32 (*function)(u32 n, void *self, u32 *sum);

static u32 __attribute__((noinline)) down(u32 n, void *self, u32 *sum) {
    volatile u32 mine = n * 3;
    u32 pid = n ? ((function)self)(n - 1, self, sum) : fork();
    *sum += mine;
    return pid;
}

void _start(void) {
    u32 sum = 0;
    function volatile f = down;
    u32 pid = f(100, (void *)f, &sum);
    check(sum, 15150);
    if (!pid) {
        u32 again = 0, child = f(20, (void *)f, &again);
        check(again, 630);
        if (!child) proc_exit(6);
        wait_for(child, 6);
        proc_exit(5);
    }
    wait_for(pid, 5);
    print("ok\n");
}
