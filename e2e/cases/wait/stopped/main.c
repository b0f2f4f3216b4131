// A child that is stopped and goes on, as its parent sees it.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"

void _start(void) {
    u32 r, w;
    char c = 0;
    join_status status = {0};
    ok(fd_pipe(&r, &w));
    u32 pid = fork();
    if (!pid) {
        for (;; c++) write_all(w, &c, 1);
    }
    ok(fd_close(w));
    check(read_some(r, &c, 1), 1);
    ok(proc_signal(pid, SIGSTOP));
    check(join(pid, UNTRACED, &status), STOPPED);
    check(((u8 *)&status)[2], SIGSTOP);
    check(join(pid, UNTRACED | NOHANG, &status), NOTHING); // told once
    // What it had written is all there is now.
    char b[4096];
    while (ready(r, FD_READ)) read_some(r, b, sizeof b);
    ok(proc_signal(pid, SIGCONT));
    check(read_some(r, &c, 1), 1); // it goes on
    ok(proc_signal(pid, SIGKILL));
    killed_by(pid, SIGKILL);
    print("ok\n");
}
