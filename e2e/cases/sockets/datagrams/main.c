// UDP: from whom, to whom, how much, to several.
//#Build: freestanding
//#ExpectedStdout: ok
#include "sock.h"

static char b[70000];
static u16 flags;

static u32 send_to(u32 fd, const void *buf, u32 len, const addr *to) {
    iovec iov = {buf, len};
    u32 done;
    u32 e = sock_send_to(fd, &iov, 1, 0, to, &done);
    if (!e) check(done, len);
    return e;
}

static u32 recv_from(u32 fd, u32 len, addr *from) {
    iovec iov = {b, len};
    u32 done;
    ok(sock_recv_from(fd, &iov, 1, 0, &done, &flags, from));
    return done;
}

void _start(void) {
    u32 a = socket(INET4, DGRAM), c = socket(INET4, DGRAM);
    addr to = local(53), from;
    ok(sock_bind(a, &to));
    ok(send_to(c, "one", 3, &to));
    ok(send_to(c, "", 0, &to));
    ok(send_to(c, "longer", 6, &to));
    check(recv_from(a, 100, &from), 3);
    check(same(b, "one", 3), 1);
    check(from.port, port_of(c));
    check(recv_from(a, 100, &from), 0);
    check(recv_from(a, 4, &from), 4);
    check(flags, 1); // it was cut
    check(recv(a, b, 1, DONTWAIT), -EAGAIN);
    ok(send_to(a, "back", 4, &from));
    check(recv(c, b, 100, 0), 4);

    // The longest there is, and one byte more.
    ok(send_to(c, b, 65507, &to));
    check(recv(a, b, sizeof b, 0), 65507);
    check(send_to(c, b, 65508, &to), 35);
    iovec iov = {b, 1};
    u32 done;
    check(sock_send(c, &iov, 1, 0, &done), EDESTADDRREQ);

    // Connected: nobody is there, and one learns of it.
    addr nobody = local(54);
    ok(sock_connect(c, &nobody));
    send(c, "x", 1);
    check(recv(c, b, 1, 0), -ECONNREFUSED);

    // A group.
    u8 group[] = {239, 1, 2, 3}, any[4] = {0};
    u32 members[2];
    addr all = {.family = INET4, .port = 5353};
    for (u32 i = 0; i < 2; i++) {
        members[i] = socket(INET4, DGRAM);
        ok(sock_set_opt_flag(members[i], REUSE_ADDR, 1));
        ok(sock_bind(members[i], &all));
        ok(sock_join_multicast_v4(members[i], group, any));
    }
    for (u32 i = 0; i < 4; i++) all.ip[i] = group[i];
    u32 s = socket(INET4, DGRAM);
    ok(send_to(s, "all", 3, &all));
    for (u32 i = 0; i < 2; i++) check(recv(members[i], b, 10, 0), 3);

    // From IPv4 to IPv6 and back.
    u32 six = socket(INET6, DGRAM);
    addr at = {.family = INET6, .port = 55};
    ok(sock_bind(six, &at));
    to = local(55);
    ok(send_to(s, "hi", 2, &to));
    check(recv_from(six, 10, &from), 2);
    check(from.ip[12], 127);
    ok(send_to(six, "ho", 2, &from));
    check(recv(s, b, 10, 0), 2);
    print("ok\n");
}
