// A signal to one's group reaches every process of it, and one to all others
// spares the sender.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

static u32 handled;

HANDLER handler(u32 signal) {
    if (signal == SIGUSR1) handled++;
    if (signal == SIGTERM) proc_exit(66);
}

void _start(void) {
    u32 r, w, pids[2];
    char c;
    hear();
    ok(fd_pipe(&r, &w));
    for (u32 i = 0; i < 2; i++) {
        pids[i] = fork();
        if (pids[i]) continue;
        write_all(w, "r", 1);
        while (!handled) thread_sleep(60000000000);
        write_all(w, "s", 1);
        for (;;) thread_sleep(60000000000);
    }
    for (u32 i = 0; i < 2; i++) check(read_some(r, &c, 1), 1);
    ok(proc_signal(0, SIGUSR1));
    check(handled, 1);
    for (u32 i = 0; i < 2; i++) check(read_some(r, &c, 1), 1);
    ok(proc_signal(0xffffffff, SIGTERM));
    for (u32 i = 0; i < 2; i++) wait_for(pids[i], 66);
    check(proc_signal(-123456u, SIGTERM), ESRCH);
    print("ok\n");
}
