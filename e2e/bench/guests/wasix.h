// wasix.h: the wasix_32v1 calls of the guests with processes, pipes and threads.
#pragma once
#include "bench.h"

#define WASIX(name) __attribute__((import_module("wasix_32v1"), import_name(#name)))

typedef struct {
    u8 tag; // 0 none, 1 some
    u32 pid;
} option_pid;

typedef struct {
    u8 tag; // 0 nothing yet, 1 exited, 2 signalled, 3 stopped
    u16 code;
    u32 rest;
} join_status;

typedef struct {
    u8 tag; // 0 none, 1 some
    u64 ns;
} option_timestamp;

// addr_port is an IPv4 address and a port.
typedef struct {
    u8 family, pad; // 1: IPv4
    u16 port;
    u8 ip[4];
    u8 rest[102];
} addr_port;

WASI(args_sizes_get) u32 args_sizes_get(u32 *n, u32 *bytes);
WASI(args_get) u32 args_get(char **args, char *buf);
WASI(fd_renumber) u32 fd_renumber(u32 from, u32 to);
WASI(sock_accept) u32 sock_accept(u32 fd, u32 flags, u32 *conn);
WASI(sock_recv) u32 sock_recv(u32 fd, const iovec *iov, u32 n, u32 flags, u32 *done, u16 *out);
WASI(sock_send) u32 sock_send(u32 fd, const iovec *iov, u32 n, u32 flags, u32 *done);
WASIX(sock_open) u32 sock_open(u32 family, u32 type, u32 proto, u32 *fd);
WASIX(sock_bind) u32 sock_bind(u32 fd, const addr_port *a);
WASIX(sock_listen) u32 sock_listen(u32 fd, u32 backlog);
WASIX(sock_connect) u32 sock_connect(u32 fd, const addr_port *a);
WASIX(fd_pipe) u32 fd_pipe(u32 *read_end, u32 *write_end);
WASIX(proc_fork) u32 proc_fork(u32 copy_memory, u32 *pid);
WASIX(proc_join) u32 proc_join(option_pid *pid, u32 flags, join_status *status);
WASIX(proc_exec3)
u32 proc_exec3(const char *name, u32 name_len, const char *args, u32 args_len, const char *envs, u32 envs_len, u32 search, const char *path, u32 path_len);
WASIX(proc_spawn2)
u32 proc_spawn2(const char *name, u32 name_len, const char *args, u32 args_len, const char *envs, u32 envs_len, const void *fd_ops, u32 fd_ops_len,
                const void *signals, u32 signals_len, u32 search, const char *path, u32 path_len, u32 *pid);
WASIX(futex_wait) u32 futex_wait(volatile u32 *futex, u32 expected, const option_timestamp *timeout, u8 *woken);
WASIX(futex_wake) u32 futex_wake(volatile u32 *futex, u8 *woken);
__attribute__((import_module("wasi"), import_name("thread-spawn"))) s32 thread_spawn(void *start);

static inline void check(const char *what, u32 errnum) {
    if (errnum) fail(what, errnum);
}

// wait_for ends the program unless the child exits with code 0.
static inline void wait_for(u32 pid) {
    option_pid who = {1, pid};
    join_status status = {0};
    check("proc_join", proc_join(&who, 0, &status));
    if (status.tag != 1 || status.code) fail("the child did not exit with 0; its code is", status.code);
}

// read_all ends the program unless one read brings all.
static inline void read_all(u32 fd, void *buf, u32 len) {
    iovec iov = {buf, len};
    u32 done = 0;
    check("fd_read", fd_read(fd, &iov, 1, &done));
    if (done != len) fail("fd_read came short", 29);
}

// number_argument is the first argument after the name, 0 when there is none.
static inline u32 number_argument(void) {
    static char *args[8], buf[256];
    u32 n, bytes, value = 0;
    check("args_sizes_get", args_sizes_get(&n, &bytes));
    if (n < 2) return 0;
    if (n > 8 || bytes > sizeof buf) fail("arguments", 1);
    check("args_get", args_get(args, buf));
    for (const char *p = args[1]; *p; p++) value = value * 10 + (u32)(*p - '0');
    return value;
}
