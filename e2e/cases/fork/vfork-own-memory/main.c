// vfork of a program whose memory is its own, on which no other can run: the child
// gets a copy, and the rest is as with fork.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

static volatile u32 word = 1;

static u32 vfork(void) {
    u32 pid;
    ok(proc_fork(0, &pid));
    return pid;
}

void _start(void) {
    arguments();
    if (argc == 2) proc_exit(word == 1 ? 6 : 1);
    word = 2;
    u32 pid = vfork();
    if (!pid) {
        check(word, 2);
        word = 3;
        proc_exit(5);
    }
    wait_for(pid, 5);
    check(word, 2);
    pid = vfork();
    if (!pid) proc_exit(run_again("second"));
    wait_for(pid, 6);
    check(word, 2);
    print("ok\n");
}
