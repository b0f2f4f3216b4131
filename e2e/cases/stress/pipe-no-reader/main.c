// A pipe whose reader has gone: before the first write, between two, and while a
// write waits. The writer gets SIGPIPE, or EPIPE when it handles that.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"

static volatile u32 got;
HANDLER __wasm_signal(u32 signal) { got = signal; }

static char block[100000];

// writer never stops by itself.
static void writer(u32 w) {
    for (;;) write_all(w, block, sizeof block);
}

void _start(void) {
    u32 r, w, pid, done;
    iovec iov = {block, sizeof block};
    for (u32 round = 0; round < 3; round++) {
        ok(fd_pipe(&r, &w));
        pid = fork();
        if (!pid) {
            ok(fd_close(r));
            if (round == 0) thread_sleep(5 * MS);
            writer(w);
        }
        ok(fd_close(w));
        if (round == 1) read_some(r, block, 1000);
        if (round == 2) thread_sleep(5 * MS);
        ok(fd_close(r));
        killed_by(pid, SIGPIPE);
    }

    hear();
    ok(fd_pipe(&r, &w));
    ok(fd_close(r));
    check(fd_write(w, &iov, 1, &done), EPIPE);
    check(got, SIGPIPE);
    ok(fd_close(w));

    // A reader that is killed is none.
    got = 0;
    ok(fd_pipe(&r, &w));
    pid = fork();
    if (!pid) thread_sleep(3600000 * MS);
    ok(fd_close(r));
    u32 killer = fork();
    if (!killer) {
        thread_sleep(5 * MS); // the write waits by now
        ok(proc_signal(pid, SIGKILL));
        proc_exit(0);
    }
    u32 e;
    while (!(e = fd_write(w, &iov, 1, &done))) {}
    check(e, EPIPE);
    check(got, SIGPIPE);
    killed_by(pid, SIGKILL);
    wait_for(killer, 0);
    print("ok\n");
}
