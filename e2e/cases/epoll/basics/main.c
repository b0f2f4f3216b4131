// Members of a set: added, changed, removed, reported with their data.
//#Build: freestanding
//#ExpectedStdout: ok
#include "poll.h"
#include "fs.h"

void _start(void) {
    u32 ep, r, w, r2, w2, n, f = open_file("/f", O_CREAT, 0);
    epoll_event ev = {.events = EPOLL_IN, .fd = 7, .data2 = 0x123456789abcdefull}, out[4];
    ok(epoll_create(&ep));
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&r2, &w2));
    ok(epoll_ctl(ep, EPOLL_ADD, r, &ev));
    ev.fd = 8;
    ok(epoll_ctl(ep, EPOLL_ADD, r2, &ev));
    ok(epoll_wait(ep, out, 4, 0, &n));
    check(n, 0);
    write_all(w, "x", 1);
    for (u32 i = 0; i < 2; i++) { // level-triggered: until it is read
        ok(epoll_wait(ep, out, 4, FOREVER, &n));
        check(n, 1);
        check(out[0].events, EPOLL_IN);
        check(out[0].fd, 7);
        check(out[0].data2, 0x123456789abcdefull);
    }
    // One event at a time, and all get their turn.
    write_all(w2, "y", 1);
    ok(epoll_wait(ep, out, 1, FOREVER, &n));
    ok(epoll_wait(ep, out + 1, 1, FOREVER, &n));
    check(out[0].fd + out[1].fd, 15);
    ok(epoll_wait(ep, out, 4, FOREVER, &n));
    check(n, 2);
    ev.events = EPOLL_OUT;
    ev.fd = 9;
    ok(epoll_ctl(ep, EPOLL_ADD, w, &ev));
    ok(epoll_ctl(ep, EPOLL_DEL, r, 0));
    ev.events = 0;
    ok(epoll_ctl(ep, EPOLL_MOD, r2, &ev));
    ok(epoll_wait(ep, out, 4, FOREVER, &n));
    check(n, 1);
    check(out[0].events, EPOLL_OUT);
    check(out[0].fd, 9);

    check(epoll_ctl(ep, EPOLL_ADD, w, &ev), EEXIST);
    check(epoll_ctl(ep, EPOLL_MOD, r, &ev), ENOENT);
    check(epoll_ctl(ep, EPOLL_DEL, r, 0), ENOENT);
    check(epoll_ctl(ep, EPOLL_ADD, 99, &ev), EBADF);
    check(epoll_ctl(ep, EPOLL_ADD, f, &ev), EPERM);
    check(epoll_ctl(ep, EPOLL_ADD, ep, &ev), EINVAL);
    check(epoll_ctl(f, EPOLL_ADD, r, &ev), EINVAL);
    check(epoll_ctl(ep, 9, r, &ev), EINVAL);
    check(epoll_wait(ep, out, 0, 0, &n), EINVAL);
    check(epoll_wait(99, out, 1, 0, &n), EBADF);
    print("ok\n");
}
