// TCP between two processes: connections, ends, limits of the buffers.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "sock.h"

enum { BLOCK = 65536, BLOCKS = 160 };
static u8 block[BLOCK];

// serve sends ten megabytes to whoever connects, then what it gets in turn.
static void serve(u32 l) {
    u32 c = accept(l);
    for (u32 i = 0; i < BLOCKS; i++) {
        for (u32 k = 0; k < BLOCK; k += 64) block[k] = (u8)(i + k / 64);
        check(send(c, block, BLOCK), BLOCK);
    }
    ok(sock_shutdown(c, SHUT_WR));
    s32 n;
    while ((n = recv(c, block, 10, 0)) > 0) {}
    check(n, 0);
    c = accept(l);
    while ((n = recv(c, block, BLOCK, 0)) > 0) check(send(c, block, (u32)n), n);
    proc_exit(5);
}

static void between_processes(void) {
    u32 l = server(0, 1), pid;
    ok(proc_fork(1, &pid));
    if (!pid) serve(l);
    u32 c = dial(port_of(l));
    u64 total = 0;
    s32 n;
    static u8 b[100000];
    while ((n = recv(c, b, sizeof b, 0)) > 0) {
        for (u32 i = 0; i < (u32)n; i++) {
            u64 at = total + i;
            if (at % 64 == 0) check(b[i], (u8)(at / BLOCK + at % BLOCK / 64));
        }
        total += (u32)n;
    }
    check(n, 0);
    check(total, (u64)BLOCK * BLOCKS);
    ok(fd_close(c));
    c = dial(port_of(l));
    for (u32 i = 0; i < 200; i++) {
        check(send(c, "ping", 4), 4);
        check(recv(c, b, 4, WAITALL), 4);
        check(same(b, "ping", 4), 1);
    }
    ok(fd_close(c));
    wait_for(pid, 5);
    ok(fd_close(l));
}

static void addresses(void) {
    u32 l = server(80, 0), other = socket(INET4, STREAM);
    addr a = local(80), b;
    check(sock_bind(other, &a), EADDRINUSE);
    a.ip[0] = 10;
    check(sock_bind(other, &a), EADDRNOTAVAIL);
    check(sock_connect(other, &a), ENETUNREACH);
    a = local(81);
    check(sock_connect(other, &a), ECONNREFUSED);
    check(sock_addr_peer(other, &b), ENOTCONN);
    u32 c = dial(80), s;
    ok(sock_accept_v2(l, 0, &s, &a));
    ok(sock_addr_local(c, &b));
    check(same(&a, &b, 8), 1);
    ok(sock_addr_peer(c, &b));
    check(b.port, 80);
    u8 on;
    ok(sock_get_opt_flag(l, LISTENING, &on));
    check(on, 1);
    check(sock_bind(1, &a), ENOTSOCK);
    // IPv4 at a socket of IPv6.
    u32 six = socket(INET6, STREAM);
    addr any = {.family = INET6, .port = 90};
    ok(sock_bind(six, &any));
    ok(sock_listen(six, 1));
    u32 d = dial(90);
    ok(sock_accept_v2(six, 0, &s, &a));
    check(a.family, INET6);
    check(a.ip[10] & a.ip[11], 255);
    ok(fd_close(l));
    ok(fd_close(six));
    ok(fd_close(c));
    ok(fd_close(d));
}

static void not_waiting(void) {
    u32 l = server(82, 0), c = dial(82), full = socket(INET4, STREAM);
    addr a = local(82);
    char b[10];
    ok(fd_fdstat_set_flags(full, FD_NONBLOCK));
    check(sock_connect(full, &a), EINPROGRESS); // the queue is full
    check(sock_connect(full, &a), EALREADY);
    check(ready(full, FD_WRITE), 0);
    check(ready(l, FD_READ), 1);
    u32 s = accept(l), s2 = accept(l);
    check(ready(full, FD_WRITE), 1);
    check(sock_connect(full, &a), EISCONN);
    check(ready(l, FD_READ), 0);
    check(recv(full, b, 10, 0), -EAGAIN);
    check(recv(c, b, 10, DONTWAIT), -EAGAIN);
    send(s, "abc", 3);
    check(ready(c, FD_READ), 1);
    check(recv(c, b, 10, PEEK), 3);
    check(recv(c, b, 10, 0), 3);
    option_u64 soon = {1, 1000000};
    ok(sock_set_opt_time(c, RECV_TIMEOUT, &soon));
    check(recv(c, b, 10, 0), -EAGAIN);

    // As much as the buffers hold, and no more.
    ok(sock_set_opt_size(full, SEND_BUF, 10000));
    ok(sock_set_opt_size(s2, RECV_BUF, 10000));
    iovec iov = {block, BLOCK};
    u32 done;
    ok(sock_send(full, &iov, 1, 0, &done));
    check(done, 20000);
    check(sock_send(full, &iov, 1, 0, &done), EAGAIN);
    check(ready(full, FD_WRITE), 0);
    check(recv(s2, block, 10000, 0), 10000);
    check(ready(full, FD_WRITE), 1);

    // Closing without reading is a reset.
    ok(fd_close(s2));
    check(recv(full, b, 10, 0), -ECONNRESET);
    check(recv(full, b, 10, 0), 0);
    check(sock_send(full, &iov, 1, 0, &done), EPIPE);
    ok(fd_close(l));
    ok(fd_close(s));
    check(recv(c, b, 10, 0), 0);
}

// Ends of programs that wait for a socket.
static void interrupted(void) {
    u32 l = server(83, 0), c = dial(83), s = accept(l);
    for (u32 kind = 0; kind < 4; kind++) {
        u32 pid;
        ok(proc_fork(1, &pid));
        if (!pid) {
            iovec iov = {block, BLOCK};
            u32 done, conn;
            addr a = local(83);
            if (kind == 0) recv(s, block, 1, 0);
            if (kind == 1) sock_accept(l, 0, &conn);
            if (kind == 2)
                for (;;) sock_send(c, &iov, 1, 0, &done);
            if (kind == 3)
                for (;;) sock_connect(socket(INET4, STREAM), &a);
            proc_exit(1);
        }
        for (u32 i = 0; i < 20; i++) ok(sched_yield());
        ok(proc_signal(pid, 9));
        option_u32 who = {1, pid};
        join_status status = {0};
        ok(proc_join(&who, 0, &status));
        check(status.tag, 2);
        check(status.signal, 9);
    }
}

void _start(void) {
    between_processes();
    addresses();
    not_waiting();
    interrupted();
    print("ok\n");
}
