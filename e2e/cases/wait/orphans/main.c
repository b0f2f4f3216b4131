// Whoever has lost its parent has 1 for one, which needs no waiting: it leaves no
// zombie, and nobody else can wait for it. Those that had ended go with the
// parent.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

static u32 chld;

HANDLER __wasm_signal(u32 signal) { chld += signal == SIGCHLD; }

void _start(void) {
    u32 r, w, hold_r, hold_w, pids[2], parent;
    char c;
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&hold_r, &hold_w));
    u32 pid = fork();
    if (!pid) {
        pids[0] = fork();
        if (!pids[0]) {
            ok(fd_close(hold_w));
            check(read_some(hold_r, &c, 1), 0);
            ok(proc_parent(self(), &parent));
            check(parent, 1);
            write_all(w, "o", 1);
            proc_exit(5);
        }
        hear();
        pids[1] = fork();
        if (!pids[1]) proc_exit(6);
        while (!chld) ok(sched_yield()); // it has ended, and is not waited for
        write_all(w, pids, sizeof pids);
        proc_exit(0);
    }
    check(read_some(r, pids, sizeof pids), sizeof pids);
    wait_for(pid, 0);
    join_status status;
    option_u32 who = {1, pids[0]};
    check(proc_join(&who, 0, &status), ECHILD);
    check(proc_signal(pids[1], 0), ESRCH);
    ok(proc_signal(pids[0], 0));
    hear();
    ok(fd_close(w));
    ok(fd_close(hold_w));
    check(read_some(r, &c, 1), 1);
    check(read_some(r, &c, 1), 0); // it has ended
    while (!proc_signal(pids[0], 0)) ok(sched_yield());
    check(proc_signal(pids[0], 0), ESRCH);
    check(chld, 0);
    // A stopped one that loses its parent is not lost: it goes on when it is told to.
    ok(fd_pipe(&r, &w));
    pid = fork();
    if (!pid) {
        pids[0] = fork();
        if (!pids[0]) {
            ok(proc_raise(SIGSTOP));
            write_all(w, "w", 1);
            proc_exit(0);
        }
        check(join(pids[0], UNTRACED, &status), STOPPED);
        write_all(w, pids, 4);
        proc_exit(0);
    }
    check(read_some(r, pids, 4), 4);
    option_u32 dead = {1, pid};
    u32 e;
    while ((e = proc_join(&dead, 0, &status)) == EINTR) {}
    ok(e);
    ok(fd_close(w));
    ok(proc_signal(pids[0], SIGCONT));
    check(read_some(r, &c, 1), 1);
    check(read_some(r, &c, 1), 0);
    print("ok\n");
}
