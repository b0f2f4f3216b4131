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

WASIX(fd_pipe) u32 fd_pipe(u32 *read_end, u32 *write_end);
WASIX(proc_fork) u32 proc_fork(u32 copy_memory, u32 *pid);
WASIX(proc_join) u32 proc_join(option_pid *pid, u32 flags, join_status *status);
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
