// One thread serves many connections with an epoll set, others are its clients.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "sock.h"
#include "thread.h"

enum { CLIENTS = 6 };

static u32 port;

static void client(void *arg) {
    char b[3];
    u32 c = dial(port);
    for (u32 i = 0; i < 10; i++) {
        char text[] = {(char)('a' + i), (char)('a' + (u32)arg), 0};
        check(send(c, text, 3), 3);
        check(recv(c, b, 3, WAITALL), 3);
        check(same(b, text, 3), 1);
        ok(sched_yield());
    }
    ok(fd_close(c));
}

void _start(void) {
    u32 l = server(0, CLIENTS), ep, n, open = 0, served = 0;
    thread *t[CLIENTS];
    epoll_event ev = {.events = EPOLL_IN, .fd = l}, out[4];
    port = port_of(l);
    ok(fd_fdstat_set_flags(l, FD_NONBLOCK));
    ok(epoll_create(&ep));
    ok(epoll_ctl(ep, EPOLL_ADD, l, &ev));
    for (u32 i = 0; i < CLIENTS; i++) t[i] = start(i, client, (void *)i);
    while (served < CLIENTS) {
        ok(epoll_wait(ep, out, 4, FOREVER, &n));
        check(n > 0, 1);
        for (u32 i = 0; i < n; i++) {
            char b[64];
            if (out[i].fd == l) {
                u32 conn;
                addr from;
                while (sock_accept_v2(l, 0, &conn, &from) == 0) {
                    ok(fd_fdstat_set_flags(conn, FD_NONBLOCK));
                    ev.fd = conn;
                    ok(epoll_ctl(ep, EPOLL_ADD, conn, &ev));
                    open++;
                }
                continue;
            }
            s32 got = recv(out[i].fd, b, sizeof b, 0);
            if (got > 0) {
                check(send(out[i].fd, b, (u32)got), got);
                continue;
            }
            check(got, 0);
            ok(fd_close(out[i].fd)); // leaves the set with it
            served++;
        }
    }
    check(open, CLIENTS);
    for (u32 i = 0; i < CLIENTS; i++) finish(t[i]);
    ok(epoll_wait(ep, out, 4, 0, &n));
    check(n, 0);
    print("ok\n");
}
