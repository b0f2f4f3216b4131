// Options that change what a socket does: time-outs, sizes of buffers, linger,
// broadcast, membership of groups; and what the others say.
//#Build: freestanding
//#ExpectedStdout: ok
#include "sock.h"

enum {
    BROADCAST = 6, GROUP_LOOP = 7, LAST_ERROR = 11, KEEP_ALIVE = 12, LINGER = 13, SEND_TIMEOUT = 20, CONNECT_TIMEOUT, ACCEPT_TIMEOUT,
    TTL, GROUP_TTL, TYPE, PROTOCOL, ENOPROTOOPT = 50, ETIMEDOUT = 73,
};
WASIX(sock_get_opt_time) u32 sock_get_opt_time(u32 fd, u32 opt, option_u64 *time);
WASIX(sock_leave_multicast_v4) u32 sock_leave_multicast_v4(u32 fd, const u8 *group, const u8 *iface);

static char b[1 << 20];

static u64 size_of(u32 fd, u32 opt) {
    u64 v;
    ok(sock_get_opt_size(fd, opt, &v));
    return v;
}

static void set_time(u32 fd, u32 opt, u64 ns) {
    option_u64 t = {1, ns}, got = {0, 0};
    ok(sock_set_opt_time(fd, opt, &t));
    ok(sock_get_opt_time(fd, opt, &got));
    check(got.tag, 1);
    check(got.value, ns);
}

static void timeouts(void) {
    u32 l = server(0, 1), c = dial(port_of(l)), s = accept(l), done, conn;
    iovec all = {b, sizeof b}, one = {b, 1};
    addr from, to = local(port_of(l));
    set_time(c, RECV_TIMEOUT, 5 * MS);
    u64 begin = now();
    check(recv(c, b, 1, 0), -EAGAIN);
    check(now() - begin >= 5 * MS, 1);
    check(fd_read(c, &one, 1, &done), EAGAIN);
    // What fits is sent, and then nothing.
    set_time(c, SEND_TIMEOUT, 5 * MS);
    u32 e;
    while (!(e = sock_send(c, &all, 1, 0, &done)) && done == sizeof b) {}
    if (!e) {
        check(done > 0, 1);
        e = sock_send(c, &all, 1, 0, &done);
    }
    check(e, EAGAIN);
    check(fd_write(c, &one, 1, &done), EAGAIN);
    set_time(l, ACCEPT_TIMEOUT, 5 * MS);
    check(sock_accept_v2(l, 0, &conn, &from), ETIMEDOUT);
    for (;;) { // until the backlog is full
        u32 fd = socket(INET4, STREAM);
        set_time(fd, CONNECT_TIMEOUT, 5 * MS);
        if ((e = sock_connect(fd, &to))) break;
    }
    check(e, ETIMEDOUT);
    // 0 is no time-out, and none is none.
    set_time(s, RECV_TIMEOUT, 0);
    check(recv(s, b, 1, 0), 1);
    option_u64 none = {0, 0};
    ok(sock_set_opt_time(c, RECV_TIMEOUT, &none));
    write_all(s, "x", 1);
    check(recv(c, b, 1, 0), 1);
    ok(fd_close(l)), ok(fd_close(c)), ok(fd_close(s));
}

// room tells how many bytes a connection holds.
static u64 room(u64 send_size, u64 recv_size) {
    u32 l = server(0, 1), c = dial(port_of(l)), s = accept(l), done;
    iovec iov = {b, 100};
    u64 n = 0;
    ok(sock_set_opt_size(c, SEND_BUF, send_size));
    ok(sock_set_opt_size(s, RECV_BUF, recv_size));
    check(size_of(c, SEND_BUF), send_size);
    ok(fd_fdstat_set_flags(c, FD_NONBLOCK));
    while (!sock_send(c, &iov, 1, 0, &done)) n += done;
    // A much larger buffer makes room at once.
    check(ready(c, FD_WRITE), 0);
    ok(sock_set_opt_size(s, RECV_BUF, 10 * (send_size + recv_size)));
    check(ready(c, FD_WRITE), 1);
    ok(fd_close(l)), ok(fd_close(c)), ok(fd_close(s));
    return n;
}

static void linger(void) {
    u32 l = server(0, 2), c = dial(port_of(l)), s = accept(l);
    set_time(c, LINGER, 0);
    ok(fd_close(c));
    check(recv(s, b, 1, 0), -ECONNRESET);
    // Any other time loses nothing.
    c = dial(port_of(l)), s = accept(l);
    set_time(c, LINGER, 1000 * MS);
    send(c, "last", 4);
    ok(fd_close(c));
    check(recv(s, b, 10, 0), 4);
    check(recv(s, b, 10, 0), 0);
    // What went wrong is told once.
    u32 n = socket(INET4, STREAM);
    addr nobody = local(1);
    ok(fd_fdstat_set_flags(n, FD_NONBLOCK));
    u32 e = sock_connect(n, &nobody);
    if (e == EINPROGRESS) e = (u32)size_of(n, LAST_ERROR);
    check(e, ECONNREFUSED);
    check(size_of(n, LAST_ERROR), 0);
}

static u32 send_to(u32 fd, const addr *to) {
    iovec iov = {"x", 1};
    u32 done;
    return sock_send_to(fd, &iov, 1, 0, to, &done);
}

static void datagrams(void) {
    u32 r = socket(INET4, DGRAM), s = socket(INET4, DGRAM);
    addr any = {.family = INET4, .port = 6000}, all = any, group = any;
    for (u32 i = 0; i < 4; i++) all.ip[i] = 255, group.ip[i] = (u8[]){239, 9, 9, 9}[i];
    ok(sock_bind(r, &any));
    check(send_to(s, &all), EACCES); // only who says so may
    ok(sock_set_opt_flag(s, BROADCAST, 1));
    ok(send_to(s, &all));
    check(recv(r, b, 9, 0), 1);

    const u8 iface[4] = {0};
    ok(send_to(s, &group));
    check(recv(r, b, 9, DONTWAIT), -EAGAIN); // not a member yet
    ok(sock_join_multicast_v4(r, group.ip, iface));
    check(sock_join_multicast_v4(r, group.ip, iface), EADDRINUSE);
    ok(send_to(s, &group));
    check(recv(r, b, 9, 0), 1);
    ok(sock_set_opt_flag(s, GROUP_LOOP, 0)); // for no one of this machine
    ok(send_to(s, &group));
    check(recv(r, b, 9, DONTWAIT), -EAGAIN);
    ok(sock_set_opt_flag(s, GROUP_LOOP, 1));
    ok(sock_leave_multicast_v4(r, group.ip, iface));
    check(sock_leave_multicast_v4(r, group.ip, iface), EADDRNOTAVAIL);
    ok(send_to(s, &group));
    check(recv(r, b, 9, DONTWAIT), -EAGAIN);
}

static void values(void) {
    u32 t = socket(INET4, STREAM), d = socket(INET4, DGRAM), f;
    u8 on;
    ok(sock_set_opt_flag(t, KEEP_ALIVE, 1));
    ok(sock_get_opt_flag(t, KEEP_ALIVE, &on));
    check(on, 1);
    ok(sock_get_opt_flag(t, NO_DELAY, &on));
    check(on, 0);
    check(size_of(t, TYPE), STREAM);
    check(size_of(d, TYPE), DGRAM);
    check(size_of(t, PROTOCOL), 6);
    check(size_of(d, PROTOCOL), 17);
    ok(sock_set_opt_size(t, TTL, 9));
    check(size_of(t, TTL), 9);
    check(sock_set_opt_size(t, TTL, 256), EINVAL);
    check(sock_set_opt_size(t, GROUP_TTL, 1), ENOPROTOOPT);
    check(sock_set_opt_flag(d, NO_DELAY, 1), ENOPROTOOPT);
    check(sock_set_opt_flag(t, 200, 1), ENOPROTOOPT);
    check(sock_set_opt_flag(t, KEEP_ALIVE, 2), EINVAL);
    ok(fd_event(0, 0, &f));
    check(sock_set_opt_flag(f, KEEP_ALIVE, 1), ENOTSOCK);
}

void _start(void) {
    timeouts();
    check(room(3000, 4000), 7000);
    check(room(20000, 2500), 22500);
    linger();
    datagrams();
    values();
    print("ok\n");
}
