// A datagram socket that is not bound gets a port when it sends or is connected.
//#Build: freestanding
//#ExpectedStdout: ok
#include "sock.h"

void _start(void) {
    u32 to = socket(INET4, DGRAM), a = socket(INET4, DGRAM), b = socket(INET4, DGRAM), done;
    addr there = local(7010), from;
    iovec iov = {"hi", 2};
    char buf[4];
    u16 flags;
    iovec in = {buf, 4};
    ok(sock_bind(to, &there));
    check(port_of(a), 0);
    ok(sock_send_to(a, &iov, 1, 0, &there, &done));
    u32 port = port_of(a);
    check(port != 0, 1);
    ok(sock_recv_from(to, &in, 1, 0, &done, &flags, &from));
    check(from.port, port);
    ok(sock_send_to(a, &iov, 1, 0, &there, &done));
    check(port_of(a), port);
    ok(sock_connect(b, &there));
    check(port_of(b) != 0 && port_of(b) != port, 1);
    check(send(b, "x", 1), 1);
    // Of IPv6, too.
    u32 six = socket(INET6, DGRAM);
    addr any = {.family = INET6};
    ok(sock_bind(six, &any));
    check(port_of(six) != 0, 1);
    // Nobody listens there: sending is no error.
    addr nobody = local(65535);
    ok(sock_send_to(socket(INET4, DGRAM), &iov, 1, 0, &nobody, &done));
    check(done, 2);
    print("ok\n");
}
