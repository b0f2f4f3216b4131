// Programs that fork as long as they can, until all of them are killed: a system
// survives that, and goes on. With an argument 200 forks are granted, which
// is more than a tab has memories; but then there are none for other tabs.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"
#include "sock.h"

static u32 grants, news;

// more forks until it is not allowed or not possible; every child does the same.
static void more(void) {
    for (;;) {
        char b;
        iovec iov = {&b, 1};
        u32 done = 0, pid;
        if (fd_read(grants, &iov, 1, &done) || !done) break;
        if (proc_fork(1, &pid)) break;
        if (pid) write_all(news, "+", 1); // before the "." of either
    }
}

void _start(void) {
    arguments();
    u32 w, r, first = self(), pid, tokens = argc > 1 ? 200 : 50, born = 0;
    ok(fd_pipe(&grants, &w));
    ok(fd_pipe(&r, &news));
    ok(fd_fdstat_set_flags(grants, FD_NONBLOCK));
    while (tokens--) write_all(w, "x", 1);
    more();
    if (self() != first) {
        write_all(news, ".", 1);
        thread_sleep(3600000000000ULL);
        proc_exit(1);
    }
    // All that were born have given up.
    for (u32 idle = 0; born == 0 || idle < born;) {
        char b;
        check(read_some(r, &b, 1), 1);
        if (b == '+') born++;
        else idle++;
    }
    check(born > 20, 1);
    ok(proc_signal((u32)-1, SIGKILL));
    for (;;) {
        option_u32 any = {0, 0};
        join_status status = {0};
        u32 e = proc_join(&any, 0, &status);
        if (e == ECHILD) break;
        check(e, 0);
        check(status.tag, 2);
        check(signal_of(&status), SIGKILL);
    }
    for (u32 i = 0; i < 20; i++) {
        pid = fork();
        if (!pid) proc_exit(i);
        wait_for(pid, i);
    }
    print("ok\n");
}
