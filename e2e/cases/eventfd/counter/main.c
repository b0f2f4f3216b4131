// An event counter adds up what is written, and is taken by a read.
//#Build: freestanding
//#ExpectedStdout: ok
#include "poll.h"
#include "fs.h"

static u32 put_value(u32 fd, u64 v) {
    iovec iov = {&v, 8};
    u32 done;
    return fd_write(fd, &iov, 1, &done);
}

static u64 take(u32 fd) {
    u64 v = 0;
    check(read_some(fd, &v, 8), 8);
    return v;
}

void _start(void) {
    u32 fd, done;
    u64 v;
    iovec iov = {&v, 8}, shorter = {&v, 7};
    ok(fd_event(3, 0, &fd));
    check(ready(fd, FD_READ), 1);
    ok(put_value(fd, 4));
    check(take(fd), 7);
    check(ready(fd, FD_READ), 0);
    check(ready(fd, FD_WRITE), 1);
    ok(fd_fdstat_set_flags(fd, FD_NONBLOCK));
    check(fd_read(fd, &iov, 1, &done), EAGAIN);
    check(fd_read(fd, &shorter, 1, &done), EINVAL);
    check(put_value(fd, ~0ull), EINVAL);
    ok(put_value(fd, ~0ull - 1)); // the most there is
    check(ready(fd, FD_WRITE), 0);
    check(put_value(fd, 1), EAGAIN);
    ok(put_value(fd, 0));
    check(take(fd), ~0ull - 1);
    // One at a time.
    ok(fd_event(2, SEMAPHORE, &fd));
    check(take(fd), 1);
    check(take(fd), 1);
    check(ready(fd, FD_READ), 0);
    print("ok\n");
}
