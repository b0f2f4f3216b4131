// 100 000 signals to oneself, each handled before the call that sends it returns;
// and as many to a process that waits, where they may become fewer.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"

#define MANY 100000

static volatile u32 seen[65];
HANDLER __wasm_signal(u32 signal) { seen[signal]++; }

void _start(void) {
    u32 r, w, back, out, pid;
    char b;
    hear();
    for (u32 i = 0; i < MANY; i++) ok(proc_raise(SIGUSR1));
    check(seen[SIGUSR1], MANY);

    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&back, &out));
    pid = fork();
    if (!pid) {
        seen[SIGUSR1] = 0;
        write_all(out, "r", 1);
        while (!seen[SIGUSR2]) {
            iovec iov = {&b, 1};
            u32 done, e = fd_read(r, &iov, 1, &done);
            check(e, EINTR);
        }
        check(seen[SIGUSR1] > 0, 1);
        proc_exit(33);
    }
    check(read_some(back, &b, 1), 1);
    for (u32 i = 0; i < MANY; i++) {
        ok(proc_signal(pid, SIGUSR1));
        if (i % 1000 == 0) ok(sched_yield());
    }
    ok(proc_signal(pid, SIGUSR2));
    // The child's own end also tells: SIGCHLD interrupts the wait, and it is asked again.
    option_u32 who = {1, pid};
    join_status status = {0};
    u32 e;
    while ((e = proc_join(&who, 0, &status)) == EINTR) {}
    check(e, 0);
    check(status.tag, 1);
    check(status.code, 33);
    print("ok\n");
}
