// Waiting for whichever child ends, without waiting, and for those that are not
// there.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    option_u32 who = {0, 0};
    join_status status;
    u32 r, w;
    char c;
    check(proc_join(&who, 0, &status), ECHILD);
    ok(fd_pipe(&r, &w));
    u32 first = fork();
    if (!first) {
        ok(fd_close(w));
        check(read_some(r, &c, 1), 0);
        proc_exit(1);
    }
    ok(proc_join(&who, NOHANG, &status));
    check(status.tag, NOTHING);
    check(join(first, NOHANG, &status), NOTHING);
    u32 second = fork();
    if (!second) proc_exit(2);
    who.tag = 0;
    ok(proc_join(&who, 0, &status));
    check(who.tag, 1);
    check(who.value, second);
    check(status.code, 2);
    who.value = second; // waited for already
    check(proc_join(&who, 0, &status), ECHILD);
    ok(fd_close(w));
    who.tag = 0;
    ok(proc_join(&who, 0, &status));
    check(who.value, first);
    check(status.code, 1);
    check(proc_join(&who, NOHANG, &status), ECHILD);
    // A zombie stays until it is asked for, and can be signalled.
    ok(fd_pipe(&r, &w));
    u32 zombie = fork();
    if (!zombie) proc_exit(3);
    ok(fd_close(w));
    check(read_some(r, &c, 1), 0); // it has ended
    ok(proc_signal(zombie, SIGKILL));
    wait_for(zombie, 3);
    check(proc_signal(zombie, 0), ESRCH);
    // Not every process is a child.
    who.tag = 1;
    who.value = self();
    check(proc_join(&who, 0, &status), ECHILD);
    print("ok\n");
}
