// Sixty children at once, and two hundred one after the other.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    u32 pids[60], r, w;
    char c;
    ok(fd_pipe(&r, &w));
    for (u32 i = 0; i < 60; i++) {
        pids[i] = fork();
        if (!pids[i]) {
            ok(fd_close(w));
            check(read_some(r, &c, 1), 0); // all of them wait for the parent
            proc_exit(i);
        }
    }
    ok(fd_close(w));
    for (u32 i = 60; i-- > 0;) wait_for(pids[i], i);
    for (u32 i = 0; i < 200; i++) {
        u32 pid = fork();
        if (!pid) proc_exit(i);
        wait_for(pid, i);
    }
    print("ok\n");
}
