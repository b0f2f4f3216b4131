// What readers and writers of a pipe see when the other end is closed, however
// many descriptors it has.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

static u32 got;

HANDLER handler(u32 signal) {
    got += signal == SIGPIPE;
}

void _start(void) {
    u32 r, w, w2, done;
    char b[8];
    iovec out = {"x", 1};
    ok(fd_pipe(&r, &w));
    ok(fd_dup(w, &w2));
    write_all(w, "one", 3);
    ok(fd_close(w));
    write_all(w2, "two", 3);
    // A child holds the last writer until it has ended.
    u32 pid = fork();
    if (!pid) {
        write_all(w2, "3", 1);
        proc_exit(0);
    }
    ok(fd_close(w2));
    u32 n = 0;
    for (u32 more; (more = read_some(r, b + n, 8 - n)) > 0;) n += more;
    check(n, 7);
    check(same(b, "onetwo3", 7), 1);
    check(read_some(r, b, 8), 0);
    wait_for(pid, 0);
    ok(fd_close(r));

    // Nobody reads: a signal, and EPIPE for those that live on.
    ok(fd_pipe(&r, &w));
    hear();
    ok(fd_close(r));
    check(fd_write(w, &out, 1, &done), EPIPE);
    check(got, 1);
    pid = fork();
    if (!pid) {
        callback_signal("", 0); // held: EPIPE alone
        check(fd_write(w, &out, 1, &done), EPIPE);
        check(got, 1);
        proc_exit(5);
    }
    wait_for(pid, 5);
    print("ok\n");
}
