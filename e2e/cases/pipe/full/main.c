// A full pipe holds up its writer, or says so to one that does not wait; what is
// read makes room.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"
#include "fs.h"

static u8 b[1 << 20];

void _start(void) {
    u32 r, w, done, held = 0;
    iovec iov = {b, 4096};
    ok(fd_pipe(&r, &w));
    ok(fd_fdstat_set_flags(w, FD_NONBLOCK));
    while (fd_write(w, &iov, 1, &done) == 0) held += done;
    check(held >= 4096, 1);
    check(ready(w, FD_WRITE), 0);
    check(fd_write(w, &iov, 1, &done), EAGAIN);
    check(read_some(r, b, 4096), 4096);
    check(ready(w, FD_WRITE), 1);
    ok(fd_write(w, &iov, 1, &done));
    check(done, 4096);
    // A part of what is more than there is room for.
    check(read_some(r, b, 4096), 4096);
    iov.len = sizeof b;
    ok(fd_write(w, &iov, 1, &done));
    check(done, 4096);
    // Waiting: all of it goes through.
    ok(fd_fdstat_set_flags(w, 0));
    u32 pid = fork();
    if (!pid) {
        ok(fd_close(r));
        ok(fd_write(w, &iov, 1, &done));
        check(done, sizeof b);
        proc_exit(0);
    }
    ok(fd_close(w));
    u32 total = 0;
    for (u32 n; (n = read_some(r, b, 5000)) > 0;) total += n;
    check(total, held + sizeof b);
    wait_for(pid, 0);
    print("ok\n");
}
