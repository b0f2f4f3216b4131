// fork, at any depth, with what a child shares and what it does not.
//#Build: freestanding asyncify
//#ExpectedStdout: child
//#ExpectedStdout: parent
//#ExpectedStdout: ok
#include "wasix.h"

static volatile u32 shared = 1;

static u32 __attribute__((noinline)) deep(u32 n) {
    volatile u32 local = n;
    u32 pid;
    if (n) return deep(n - 1) + (local != n);
    ok(proc_fork(1, &pid));
    return pid;
}

void _start(void) {
    u32 r, w, pid;
    char b[4];
    ok(fd_pipe(&r, &w));
    ok(proc_fork(1, &pid));
    if (!pid) {
        shared = 2;
        print("child\n");
        write_all(w, "done", 4);
        proc_exit(7);
    }
    check(read_some(r, b, 4), 4);
    wait_for(pid, 7);
    check(shared, 1);
    print("parent\n");
    for (u32 depth = 1; depth <= 1000; depth *= 10) {
        pid = deep(depth);
        if (!pid) proc_exit(depth % 251);
        wait_for(pid, depth % 251);
    }
    print("ok\n");
}
