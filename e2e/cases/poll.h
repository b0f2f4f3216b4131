// poll.h: the calls that wait for one of many things, for cases without a libc.
#pragma once
#include "wasix.h"

enum { CLOCK, FD_READ, FD_WRITE }; // types of subscriptions
enum { HANGUP = 1 };
enum { EPOLL_ADD = 1, EPOLL_DEL, EPOLL_MOD };
enum { EPOLL_IN = 1, EPOLL_OUT = 2, EPOLL_RDHUP = 4, EPOLL_ERR = 16, EPOLL_HUP = 32, EPOLL_ET = 64, EPOLL_ONESHOT = 128 };
enum { SEMAPHORE = 1 }; // flag of fd_event

#define FOREVER 0xffffffffffffffffULL
#define MS 1000000ULL
#define MINUTE (60000 * MS)

typedef struct {
    u64 userdata;
    u8 type;
    union {
        struct {
            u32 id;
            u64 timeout, precision;
            u16 flags; // 1: timeout is a time, and not from now
        } clock;
        u32 fd;
    };
} subscription;

typedef struct {
    u64 userdata;
    u16 error;
    u8 type;
    u64 nbytes;
    u16 flags;
} event;

typedef struct {
    u32 events, pad;
    u32 ptr, fd, data1;
    u64 data2;
} epoll_event;

_Static_assert(sizeof(subscription) == 48 && sizeof(event) == 32 && sizeof(epoll_event) == 32, "");

WASI(poll_oneoff) u32 poll_oneoff(const subscription *in, event *out, u32 n, u32 *events);
WASIX(epoll_create) u32 epoll_create(u32 *fd);
WASIX(epoll_ctl) u32 epoll_ctl(u32 epfd, u32 op, u32 fd, const void *event);
WASIX(epoll_wait) u32 epoll_wait(u32 epfd, void *events, u32 room, u64 timeout, u32 *n);

static inline u64 now(void) {
    u64 t;
    ok(clock_time_get(MONOTONIC, 1, &t));
    return t;
}

// sleep waits, and returns an errno.
static inline u32 sleep(u64 ns) {
    subscription in = {.type = CLOCK, .clock = {.id = MONOTONIC, .timeout = ns}};
    event out;
    u32 n;
    u32 e = poll_oneoff(&in, &out, 1, &n);
    return e ? e : out.error;
}

// ready tells whether a descriptor can be read or written at once.
static inline u32 ready(u32 fd, u32 type) {
    subscription in[2] = {{.type = (u8)type, .fd = fd}, {.type = CLOCK, .clock = {.id = MONOTONIC, .timeout = 1}}};
    event out[2];
    u32 n;
    ok(poll_oneoff(in, out, 2, &n));
    for (u32 i = 0; i < n; i++)
        if (out[i].type == type) return 1;
    return 0;
}
