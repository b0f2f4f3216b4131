// A poll that waits ends when another thread makes a descriptor ready, by data,
// by room, by closing.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "poll.h"
#include "thread.h"
#include "fs.h"

static u32 r, w, r2, w2, stage;

static void helper(void *arg) {
    char b[4096];
    (void)arg;
    while (load(&stage) != 1) sched_yield();
    write_all(w, "x", 1);
    while (load(&stage) != 2) sched_yield();
    while (read_some(r2, b, sizeof b) == sizeof b && !ready(w2, FD_WRITE)) {}
    while (load(&stage) != 3) sched_yield();
    ok(fd_close(w));
}

static void expect(u32 fd, u32 type, u32 flags) {
    subscription in[2] = {{.userdata = 1, .type = CLOCK, .clock = {.id = MONOTONIC, .timeout = MINUTE}},
                          {.userdata = 2, .type = (u8)type, .fd = fd}};
    event out[2];
    u32 n;
    add(&stage, 1u);
    ok(poll_oneoff(in, out, 2, &n));
    check(n, 1);
    check(out[0].userdata, 2);
    check(out[0].flags, flags);
}

void _start(void) {
    char b[4096] = {0};
    iovec iov = {b, sizeof b};
    u32 done;
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&r2, &w2));
    ok(fd_fdstat_set_flags(w2, FD_NONBLOCK));
    while (fd_write(w2, &iov, 1, &done) == 0) {}
    thread *t = start(0, helper, 0);
    expect(r, FD_READ, 0);
    check(read_some(r, b, 1), 1);
    expect(w2, FD_WRITE, 0);
    expect(r, FD_READ, HANGUP);
    check(read_some(r, b, 1), 0);
    finish(t);
    print("ok\n");
}
