// A closed descriptor leaves its sets with the open file, and its number can be
// taken by something else.
//#Build: freestanding
//#ExpectedStdout: ok
#include "poll.h"
#include "fs.h"

void _start(void) {
    u32 ep, r, w, r2, n, f;
    epoll_event ev = {.events = EPOLL_IN, .fd = 1}, out[2];
    ok(epoll_create(&ep));
    ok(fd_pipe(&r, &w));
    ok(epoll_ctl(ep, EPOLL_ADD, r, &ev));
    write_all(w, "abc", 3);
    ok(fd_dup(r, &r2));
    ok(fd_close(r));
    ok(epoll_wait(ep, out, 2, 0, &n));
    check(n, 1); // the duplicate keeps it
    ok(open_at(CWD, "/f", O_CREAT, 0, &f));
    check(f, r);
    write_all(f, "not to be touched", 17);
    ok(fd_close(r2));
    ok(epoll_wait(ep, out, 2, 0, &n));
    check(n, 0);
    contents("/f", "not to be touched");
    check(epoll_ctl(ep, EPOLL_DEL, f, 0), ENOENT);
    // The number again, with another pipe.
    ok(fd_close(f));
    ok(fd_pipe(&r, &w));
    check(r, f);
    ev.fd = 2;
    ok(epoll_ctl(ep, EPOLL_ADD, r, &ev));
    write_all(w, "x", 1);
    ok(epoll_wait(ep, out, 2, FOREVER, &n));
    check(n, 1);
    check(out[0].fd, 2);
    print("ok\n");
}
