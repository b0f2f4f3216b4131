// fork in a signal handler: at the end of a call, in a call that the signal ends,
// and in one that goes on.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"

static u32 child = 1, want, handled, told[2];

HANDLER __wasm_signal(u32 signal) {
    if (signal != want) return;
    want = 0;
    handled = 1;
    ok(proc_fork(1, &child));
    if (child) write_all(told[1], "f", 1);
}

// poke sends a signal to this process from a child, as soon as it waits.
static u32 poke(u32 signal) {
    u32 me = self(), pid = fork();
    if (pid) return pid;
    ok(thread_sleep(5 * MS));
    ok(proc_signal(me, signal));
    proc_exit(0);
}

static void reap(u32 pid, u32 code) {
    option_u32 who = {1, pid};
    join_status status = {0};
    u32 e;
    while ((e = proc_join(&who, 0, &status)) == EINTR) {}
    ok(e);
    check(status.tag, EXITED);
    check(status.code, code);
}

void _start(void) {
    u32 r, w, n, pid;
    char b[8] = {0};
    iovec iov = {b, 8};
    hear();
    ok(fd_pipe(&told[0], &told[1]));
    want = SIGUSR1;
    ok(proc_raise(SIGUSR1));
    check(handled, 1);
    if (!child) proc_exit(9);
    reap(child, 9);
    check(read_some(told[0], b, 8), 1);

    ok(fd_pipe(&r, &w));
    want = SIGUSR2;
    pid = poke(SIGUSR2);
    if (!pid) proc_exit(1);
    u32 e = fd_read(r, &iov, 1, &n);
    check(e, EINTR);
    if (!child) proc_exit(10);
    reap(child, 10);
    reap(pid, 0);
    check(read_some(told[0], b, 8), 1);

    // Both wait for a byte: the parent goes on.
    for (u32 i = 0; i < 2; i++) {
        want = SIGCHLD;
        child = 1;
        pid = fork();
        if (!pid) { // ends, which is the signal
            ok(thread_sleep(5 * MS));
            proc_exit(0);
        }
        u32 writer = child ? fork() : 1;
        if (!writer) {
            check(read_some(told[0], b, 1), 1); // the handler has run
            ok(thread_sleep(5 * MS));
            write_all(w, "ab", 2);
            proc_exit(0);
        }
        iov.len = 1;
        n = 77;
        u32 e = fd_read(r, &iov, 1, &n);
        if (!child && e == EINTR) e = fd_read(r, &iov, 1, &n); // a stack of its own, and nothing that waits
        ok(e);
        check(n, 1);
        check(b[0] == 'a' || b[0] == 'b', 1);
        if (!child) proc_exit(11);
        reap(child, 11);
        reap(pid, 0);
        reap(writer, 0);
    }
    print("ok\n");
}
