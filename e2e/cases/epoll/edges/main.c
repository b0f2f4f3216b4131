// Edge-triggered members are reported once for what happened, one-shot ones once.
//#Build: freestanding
//#ExpectedStdout: ok
#include "poll.h"

static u32 ep;
static epoll_event out[2];

static u32 events(void) {
    u32 n;
    ok(epoll_wait(ep, out, 2, 0, &n));
    return n;
}

void _start(void) {
    u32 r, w;
    char b[4];
    epoll_event ev = {.events = EPOLL_IN | EPOLL_ET};
    ok(epoll_create(&ep));
    ok(fd_pipe(&r, &w));
    ok(epoll_ctl(ep, EPOLL_ADD, r, &ev));
    check(events(), 0);
    write_all(w, "ab", 2);
    check(events(), 1);
    check(events(), 0);
    check(read_some(r, b, 1), 1); // a part: no new edge
    check(events(), 0);
    write_all(w, "c", 1);
    check(events(), 1);
    check(events(), 0);
    ok(epoll_ctl(ep, EPOLL_MOD, r, &ev)); // looks again
    check(events(), 1);
    check(read_some(r, b, 4), 2);
    ev.events = EPOLL_IN | EPOLL_ONESHOT;
    ok(epoll_ctl(ep, EPOLL_MOD, r, &ev));
    write_all(w, "d", 1);
    check(events(), 1);
    write_all(w, "e", 1);
    check(events(), 0);
    ok(epoll_ctl(ep, EPOLL_MOD, r, &ev));
    check(events(), 1);
    // The end is reported unasked.
    ev.events = EPOLL_RDHUP;
    ok(epoll_ctl(ep, EPOLL_MOD, r, &ev));
    check(events(), 0);
    ok(fd_close(w));
    check(events(), 1);
    check((out[0].events & EPOLL_HUP) != 0, 1);
    print("ok\n");
}
