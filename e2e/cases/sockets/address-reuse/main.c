// When an address can be taken again: of TCP and UDP, with and without leave.
//#Build: freestanding
//#ExpectedStdout: ok
#include "sock.h"

void _start(void) {
    addr a = local(7001), any = {.family = INET4, .port = 7002};
    // A listener that is gone leaves its port at once, although its connections live.
    u32 l = server(7001, 2), c = dial(7001), s = accept(l);
    check(sock_bind(socket(INET4, STREAM), &a), EADDRINUSE);
    ok(fd_close(l));
    l = server(7001, 2);
    check(send(c, "x", 1), 1);
    char b;
    check(recv(s, &b, 1, 0), 1);
    ok(fd_close(l));
    // Datagrams: both have to ask for it.
    u32 first = socket(INET4, DGRAM), second = socket(INET4, DGRAM);
    ok(sock_bind(first, &any));
    ok(sock_set_opt_flag(second, REUSE_ADDR, 1));
    check(sock_bind(second, &any), EADDRINUSE);
    ok(fd_close(first));
    first = socket(INET4, DGRAM);
    ok(sock_set_opt_flag(first, REUSE_ADDR, 1));
    ok(sock_set_opt_flag(first, REUSE_PORT, 1));
    ok(sock_set_opt_flag(second, REUSE_PORT, 1));
    ok(sock_bind(first, &any));
    ok(sock_bind(second, &any));
    u8 on = 0;
    ok(sock_get_opt_flag(second, REUSE_PORT, &on));
    check(on, 1);
    // Of TCP and UDP one does not disturb the other.
    l = server(7002, 1);
    ok(fd_close(l));
    // Port zero is any that is free.
    u32 x = server(0, 1), y = server(0, 1);
    check(port_of(x) != port_of(y) && port_of(x) && port_of(y), 1);
    check(sock_bind(x, &a), EINVAL); // it has one
    print("ok\n");
}
