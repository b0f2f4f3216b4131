// Sets can be members of sets, but not of themselves; a poll waits for them, too;
// and a thread that waits is woken.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "poll.h"
#include "thread.h"

static u32 outer, inner, r, w, waiting;

static void writer(void *arg) {
    (void)arg;
    while (!load(&waiting)) sched_yield();
    write_all(w, "x", 1);
}

void _start(void) {
    u32 n;
    epoll_event ev = {.events = EPOLL_IN, .fd = 1}, out[2];
    ok(epoll_create(&outer));
    ok(epoll_create(&inner));
    ok(epoll_ctl(outer, EPOLL_ADD, inner, &ev));
    check(epoll_ctl(inner, EPOLL_ADD, outer, &ev), ELOOP);
    ok(fd_pipe(&r, &w));
    ev.fd = 2;
    ok(epoll_ctl(inner, EPOLL_ADD, r, &ev));
    check(ready(outer, FD_READ), 0);
    thread *t = start(0, writer, 0);
    store(&waiting, 1u);
    ok(epoll_wait(outer, out, 2, FOREVER, &n));
    check(n, 1);
    check(out[0].fd, 1);
    check(ready(outer, FD_READ), 1);
    ok(epoll_wait(inner, out, 2, 0, &n));
    check(n, 1);
    check(out[0].fd, 2);
    finish(t);
    u64 before = now();
    char b;
    check(read_some(r, &b, 1), 1);
    ok(epoll_wait(outer, out, 2, 3 * MS, &n));
    check(n, 0);
    check(now() - before >= 3 * MS, 1);
    print("ok\n");
}
