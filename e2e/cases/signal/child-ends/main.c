// SIGCHLD tells that a child has ended. Its handler runs while a call waits, which
// then goes on waiting: here for what the handler writes.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

static u32 children, told[2];

HANDLER handler(u32 signal) {
    if (signal != SIGCHLD) return;
    children++;
    write_all(told[1], "c", 1);
}

void _start(void) {
    u32 r, w;
    char c;
    hear();
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&told[0], &told[1]));
    u32 pid = fork();
    if (!pid) {
        ok(fd_close(w));
        check(read_some(r, &c, 1), 0);
        proc_exit(0);
    }
    check(children, 0);
    ok(fd_close(w));
    check(read_some(told[0], &c, 1), 1);
    check(children, 1);
    join_status status;
    check(join(pid, NOHANG, &status), EXITED);
    print("ok\n");
}
