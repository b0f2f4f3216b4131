// A handler that runs in the middle of a call may wait in calls of its own, also in
// the same one; then the first goes on, with its own buffers and results.
//#Build: freestanding asyncify threads
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"
#include "thread.h"

static u32 other[2], handled, how;
static volatile u32 word;

HANDLER __wasm_signal(u32 signal) {
    if (signal != SIGCHLD || handled++) return;
    char c;
    u8 woken;
    u32 n;
    event out;
    option_u64 soon = {1, MS};
    subscription sub = {.type = FD_READ, .fd = other[0]};
    switch (how) {
    case 0: // waits for what a child writes later
        check(read_some(other[0], &c, 1), 1);
        check((u32)c, 'h');
        break;
    case 1:
        ok(poll_oneoff(&sub, &out, 1, &n));
        check(n, 1);
        check(read_some(other[0], &c, 1), 1);
        break;
    case 2:
        ok(futex_wait(&word, 0, &soon, &woken));
        break;
    case 3: // at once
        check(fd_read(other[1], &(iovec){&c, 1}, 1, &n), EBADF);
        break;
    }
}

// child ends, which is the signal, or first writes a letter after some time.
static u32 child(u32 fd, const char *text, u32 ms) {
    u32 pid = fork();
    if (pid) return pid;
    ok(thread_sleep(ms * MS));
    write_all(fd, text, length(text));
    proc_exit(0);
}

static void reap(u32 pid) {
    option_u32 who = {1, pid};
    join_status status = {0};
    u32 e;
    while ((e = proc_join(&who, 0, &status)) == EINTR) {}
    ok(e);
    check(status.code, 0);
}

void _start(void) {
    u32 r, w, n;
    char b[8];
    iovec iov = {b, 8};
    event out;
    hear();
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&other[0], &other[1]));
    for (how = 0; how < 4; how++) {
        for (u32 call = 0; call < 2; call++) {
            handled = 0;
            u32 first = child(w, "", 5), late = how < 2 ? child(other[1], "h", 15) : 0, last = child(w, "abc", 30);
            n = 99;
            if (call == 0) {
                ok(fd_read(r, &iov, 1, &n));
                check(n, 3);
                check(same(b, "abc", 3), 1);
            } else {
                subscription sub = {.type = FD_READ, .fd = r, .userdata = 5};
                out.userdata = 0;
                ok(poll_oneoff(&sub, &out, 1, &n));
                check(n, 1);
                check(out.userdata, 5);
                check(read_some(r, b, 8), 3);
            }
            reap(first);
            if (late) reap(late);
            reap(last);
            check(handled > 0, 1);
        }
    }
    print("ok\n");
}
