// sock.h: the calls on sockets, for cases without a libc.
#pragma once
#include "poll.h"

enum {
    EADDRINUSE = 3, EADDRNOTAVAIL = 4, EALREADY = 7, ECONNREFUSED = 14, ECONNRESET = 15, EDESTADDRREQ = 17,
    EINPROGRESS = 26, EISCONN = 30, ENETUNREACH = 40, ENOTCONN = 53, ENOTSOCK = 57,
};
enum { INET4 = 1, INET6, UNIX };
enum { STREAM = 1, DGRAM };
enum { PEEK = 1, WAITALL = 2, TRUNCATED = 4, DONTWAIT = 8 };
enum { SHUT_RD = 1, SHUT_WR = 2 };
enum { REUSE_PORT = 1, REUSE_ADDR = 2, NO_DELAY = 3, ONLY_V6 = 5, LISTENING = 10, RECV_BUF = 15, SEND_BUF = 16, RECV_TIMEOUT = 19 };

// addr is an address with its port, or the path of a unix socket.
typedef struct __attribute__((packed)) {
    u8 family, pad;
    union {
        struct __attribute__((packed)) {
            u16 port;
            u8 ip[16];
            u8 flow[4], scope[4];
        };
        char path[108];
    };
} addr;

WASI(fd_fdstat_set_flags) u32 fd_fdstat_set_flags(u32 fd, u32 flags);
WASI(sock_accept) u32 sock_accept(u32 fd, u32 flags, u32 *conn);
WASI(sock_recv) u32 sock_recv(u32 fd, const iovec *iov, u32 n, u32 flags, u32 *done, u16 *out);
WASI(sock_send) u32 sock_send(u32 fd, const iovec *iov, u32 n, u32 flags, u32 *done);
WASI(sock_shutdown) u32 sock_shutdown(u32 fd, u32 how);
WASIX(resolve) u32 resolve(const char *host, u32 len, u32 port, void *addrs, u32 room, u32 *found);
WASIX(port_addr_list) u32 port_addr_list(void *addrs, u32 *n);
WASIX(sock_accept_v2) u32 sock_accept_v2(u32 fd, u32 flags, u32 *conn, addr *from);
WASIX(sock_addr_local) u32 sock_addr_local(u32 fd, addr *a);
WASIX(sock_addr_peer) u32 sock_addr_peer(u32 fd, addr *a);
WASIX(sock_bind) u32 sock_bind(u32 fd, const addr *a);
WASIX(sock_connect) u32 sock_connect(u32 fd, const addr *a);
WASIX(sock_get_opt_flag) u32 sock_get_opt_flag(u32 fd, u32 opt, u8 *on);
WASIX(sock_get_opt_size) u32 sock_get_opt_size(u32 fd, u32 opt, u64 *size);
WASIX(sock_join_multicast_v4) u32 sock_join_multicast_v4(u32 fd, const u8 *group, const u8 *iface);
WASIX(sock_listen) u32 sock_listen(u32 fd, u32 backlog);
WASIX(sock_open) u32 sock_open(u32 family, u32 type, u32 proto, u32 *fd);
WASIX(sock_pair) u32 sock_pair(u32 family, u32 type, u32 proto, u32 *a, u32 *b);
WASIX(sock_recv_from) u32 sock_recv_from(u32 fd, const iovec *iov, u32 n, u32 flags, u32 *done, u16 *out, addr *from);
WASIX(sock_send_file) u32 sock_send_file(u32 out, u32 in, u64 offset, u64 count, u64 *done);
WASIX(sock_send_to) u32 sock_send_to(u32 fd, const iovec *iov, u32 n, u32 flags, const addr *to, u32 *done);
WASIX(sock_set_opt_flag) u32 sock_set_opt_flag(u32 fd, u32 opt, u32 on);
WASIX(sock_set_opt_size) u32 sock_set_opt_size(u32 fd, u32 opt, u64 size);
WASIX(sock_set_opt_time) u32 sock_set_opt_time(u32 fd, u32 opt, const option_u64 *time);

static inline u32 socket(u32 family, u32 type) {
    u32 fd;
    ok(sock_open(family, type, 0, &fd));
    return fd;
}

// local is 127.0.0.1 with a port.
static inline addr local(u32 port) {
    addr a = {.family = INET4, .port = (u16)port, .ip = {127, 0, 0, 1}};
    return a;
}

static inline addr named(const char *path) {
    addr a = {.family = UNIX};
    for (u32 i = 0; path[i]; i++) a.path[i] = path[i];
    return a;
}

// server listens at 127.0.0.1, at a free port when it is 0.
static inline u32 server(u32 port, u32 backlog) {
    u32 fd = socket(INET4, STREAM);
    addr a = local(port);
    ok(sock_bind(fd, &a));
    ok(sock_listen(fd, backlog));
    return fd;
}

static inline u32 port_of(u32 fd) {
    addr a;
    ok(sock_addr_local(fd, &a));
    return a.port;
}

static inline u32 dial(u32 port) {
    u32 fd = socket(INET4, STREAM);
    addr a = local(port);
    ok(sock_connect(fd, &a));
    return fd;
}

static inline u32 accept(u32 fd) {
    u32 conn;
    addr from;
    ok(sock_accept_v2(fd, 0, &conn, &from));
    return conn;
}

static inline u32 send(u32 fd, const void *buf, u32 len) {
    iovec iov = {buf, len};
    u32 done = 0;
    ok(sock_send(fd, &iov, 1, 0, &done));
    return done;
}

// recv returns how many bytes came, or minus an errno.
static inline s32 recv(u32 fd, void *buf, u32 len, u32 flags) {
    iovec iov = {buf, len};
    u32 done = 0;
    u16 out;
    u32 e = sock_recv(fd, &iov, 1, flags, &done, &out);
    return e ? -(s32)e : (s32)done;
}
