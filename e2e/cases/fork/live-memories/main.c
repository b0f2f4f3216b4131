// When there is no memory for another process, fork and spawn fail with EAGAIN, and
// work again once others have ended. A tab of Chromium has about 120 memories.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

enum { MOST = 200 };

void _start(void) {
    static u32 pids[MOST];
    u32 r, w, n = 0, errno = 0, pid;
    char c;
    arguments();
    if (argc > 1) {
        read_some(0, &c, 1); // until the last writer has gone
        proc_exit(9);
    }
    ok(fd_pipe(&r, &w));
    for (; n < MOST; n++) {
        errno = proc_fork(1, &pids[n]);
        if (errno) break;
        if (!pids[n]) {
            ok(fd_close(w));
            read_some(r, &c, 1);
            proc_exit(n);
        }
    }
    if (errno) { // some engines have more than enough
        check(errno, EAGAIN);
        check(n > 60, 1);
        const char *list = lines("again");
        check(proc_spawn2(argv[0], length(argv[0]), list, length(list), 0, 0, 0, 0, 0, 0, 0, 0, 0, &pid), EAGAIN);
    }
    ok(fd_close(w));
    for (u32 i = 0; i < n; i++) wait_for(pids[i], i & 255);
    join_status status;
    option_u32 any = {0};
    check(proc_join(&any, NOHANG, &status), ECHILD);
    for (u32 i = 0; i < 150; i++) {
        pid = fork();
        if (!pid) proc_exit(i);
        wait_for(pid, i);
    }
    print("ok\n");
}
