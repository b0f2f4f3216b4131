// Shutting down one direction: what was sent still arrives, the other one works.
//#Build: freestanding
//#ExpectedStdout: ok
#include "sock.h"

void _start(void) {
    char b[8];
    u32 x, y, done;
    iovec iov = {"x", 1};
    for (u32 kind = 0; kind < 2; kind++) {
        if (kind) {
            u32 l = server(0, 1);
            x = dial(port_of(l));
            y = accept(l);
        } else {
            ok(sock_pair(UNIX, STREAM, 0, &x, &y));
        }
        check(send(x, "last", 4), 4);
        ok(sock_shutdown(x, SHUT_WR));
        check(sock_send(x, &iov, 1, 0, &done), EPIPE);
        check(recv(y, b, 8, 0), 4);
        check(recv(y, b, 8, 0), 0);
        check(send(y, "back", 4), 4);
        check(recv(x, b, 8, 0), 4);
        check(ready(y, FD_READ), 1);
        check(recv(y, b, 8, 0), 0);
        ok(sock_shutdown(x, SHUT_RD));
        check(recv(x, b, 8, DONTWAIT), 0);
        check(sock_shutdown(x, 0), EINVAL);
        ok(fd_close(x));
        check(recv(y, b, 8, 0), 0);
    }
    check(sock_shutdown(socket(INET4, STREAM), SHUT_WR), ENOTCONN);
    check(sock_shutdown(1, SHUT_WR), ENOTSOCK);
    print("ok\n");
}
