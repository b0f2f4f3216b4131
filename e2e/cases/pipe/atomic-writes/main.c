// Writes of at most 4096 bytes are not mixed with those of other writers, and
// longer ones arrive whole.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

enum { WRITERS = 4, ROUNDS = 50, SIZE = 4096 };

static u8 b[SIZE];

void _start(void) {
    u32 r, w, pid[WRITERS], count[WRITERS] = {0};
    ok(fd_pipe(&r, &w));
    for (u32 i = 0; i < WRITERS; i++) {
        pid[i] = fork();
        if (pid[i]) continue;
        for (u32 j = 0; j < SIZE; j++) b[j] = (u8)(i + 1);
        for (u32 j = 0; j < ROUNDS; j++) {
            iovec iov = {b, SIZE};
            u32 done;
            ok(fd_write(w, &iov, 1, &done));
            check(done, SIZE);
        }
        proc_exit(0);
    }
    ok(fd_close(w));
    for (;;) {
        u32 n = 0;
        for (u32 more; n < SIZE && (more = read_some(r, b + n, SIZE - n)) > 0;) n += more;
        if (!n) break;
        check(n, SIZE);
        for (u32 i = 1; i < SIZE; i++) check(b[i], b[0]);
        count[b[0] - 1]++;
    }
    for (u32 i = 0; i < WRITERS; i++) {
        check(count[i], ROUNDS);
        wait_for(pid[i], 0);
    }
    print("ok\n");
}
