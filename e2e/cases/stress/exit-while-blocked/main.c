// A process ends while one of its threads waits in each of the calls that wait.
//#Build: freestanding asyncify threads
//#AbstractConfig: all
//#ExpectedStdout: blocked
//#Config: exit:all
//#Args: exit
//#Config: thread:all
//#Args: thread
//#Config: return:all
//#Args: return
//#Config: trap:all
//#Args: trap
//#ExpectedExitCode: 134
//#Config: kill:all
//#Args: kill
//#ExpectedExitCode: 137
//#Config: term:all
//#Args: term
//#ExpectedExitCode: 143
#define THREADS 32
#include "poll.h"
#include "proc.h"
#include "sock.h"
#include "thread.h"

static volatile u32 arrived, never;
static u32 silent, unread, full; // ends of pipes that stay as they are
static u32 sleeper;
static char block[100000];

static void arrive(void) { add(&arrived, 1u); }

static void in_read(void *none __attribute__((unused))) {
    char b;
    arrive();
    read_some(silent, &b, 1);
}
static void in_write(void *none __attribute__((unused))) {
    arrive();
    for (;;) write_all(full, block, sizeof block);
}
static void in_eventfd(void *none __attribute__((unused))) {
    u32 fd;
    u64 v;
    ok(fd_event(0, 0, &fd));
    arrive();
    read_some(fd, &v, 8);
}
static void in_poll(void *none __attribute__((unused))) {
    subscription in = {.type = FD_READ, .fd = silent};
    event out;
    u32 n;
    arrive();
    poll_oneoff(&in, &out, 1, &n);
}
static void in_clock(void *none __attribute__((unused))) {
    subscription in = {.clock = {.id = MONOTONIC, .timeout = 3600000000000ULL}};
    event out;
    u32 n;
    arrive();
    poll_oneoff(&in, &out, 1, &n);
}
static void in_epoll(void *none __attribute__((unused))) {
    u32 fd, n;
    char events[32];
    ok(epoll_create(&fd));
    arrive();
    epoll_wait(fd, events, 1, FOREVER, &n);
}
static void in_futex(void *none __attribute__((unused))) {
    u8 woken;
    option_u64 forever = {0};
    arrive();
    futex_wait(&never, 0, &forever, &woken);
}
static void in_raw_wait(void *none __attribute__((unused))) {
    arrive();
    __builtin_wasm_memory_atomic_wait32((int *)&never, 0, -1);
}
static void in_sleep(void *none __attribute__((unused))) {
    arrive();
    thread_sleep(3600000 * MS);
}
static void in_thread_join(void *none __attribute__((unused))) {
    arrive();
    thread_join(sleeper);
}
static void in_proc_join(void *none __attribute__((unused))) {
    option_u32 any = {0, 0};
    join_status status;
    arrive();
    proc_join(&any, 0, &status);
}
static void in_accept(void *none __attribute__((unused))) {
    u32 s = socket(INET4, STREAM), conn;
    addr a = local(0);
    ok(sock_bind(s, &a));
    ok(sock_listen(s, 1));
    arrive();
    sock_accept(s, 0, &conn);
}
static void in_connect(void *none __attribute__((unused))) { // to one that accepts nobody
    u32 s = socket(INET4, STREAM);
    addr a = local(0);
    ok(sock_bind(s, &a));
    ok(sock_listen(s, 1));
    ok(sock_addr_local(s, &a));
    arrive();
    for (;;) ok(sock_connect(socket(INET4, STREAM), &a));
}
static void in_recv(void *none __attribute__((unused))) {
    u32 a, b, done;
    u16 flags;
    iovec iov = {block, 1};
    ok(sock_pair(UNIX, STREAM, 0, &a, &b));
    arrive();
    sock_recv(a, &iov, 1, 0, &done, &flags);
}
static void in_send(void *none __attribute__((unused))) {
    u32 a, b, done;
    iovec iov = {block, sizeof block};
    ok(sock_pair(UNIX, STREAM, 0, &a, &b));
    arrive();
    for (;;) ok(sock_send(a, &iov, 1, 0, &done));
}
static void in_recv_from(void *none __attribute__((unused))) {
    u32 s = socket(INET4, DGRAM), done;
    addr a = local(0);
    u16 flags;
    iovec iov = {block, 1};
    ok(sock_bind(s, &a));
    arrive();
    sock_recv_from(s, &iov, 1, 0, &done, &flags, &a);
}

static void in_raw_wait64(void *none __attribute__((unused))) {
    static long long word;
    arrive();
    __builtin_wasm_memory_atomic_wait64(&word, 0, -1);
}
static void in_send_file(void *none __attribute__((unused))) {
    u32 f = open_file("/large", O_CREAT, 0);
    u64 done;
    write_all(f, block, sizeof block);
    arrive();
    for (;;) ok(sock_send_file(full, f, 0, sizeof block, &done));
}
static void in_send_datagram(void *none __attribute__((unused))) { // to one that has no room
    u32 a, b, done;
    iovec iov = {block, 1000};
    ok(sock_pair(UNIX, DGRAM, 0, &a, &b));
    arrive();
    for (;;) ok(sock_send(a, &iov, 1, 0, &done));
}
static void in_poll_write(void *none __attribute__((unused))) {
    subscription in = {.type = FD_WRITE};
    event out;
    u32 r, n;
    iovec iov = {block, sizeof block};
    ok(fd_pipe(&r, &in.fd));
    ok(fd_fdstat_set_flags(in.fd, FD_NONBLOCK));
    while (!fd_write(in.fd, &iov, 1, &n)) {}
    arrive();
    poll_oneoff(&in, &out, 1, &n);
}

HANDLER __wasm_signal(u32 signal) {
    if (signal != SIGUSR1) return;
    arrive();
    for (;;) thread_sleep(3600000 * MS);
}
static void in_handler(void *none __attribute__((unused))) {
    u32 me;
    ok(thread_id(&me));
    if (equal(argv[1], "term")) return in_sleep(0);
    ok(thread_signal(me, SIGUSR1));
}

static void (*const calls[])(void *) = {in_read, in_write, in_eventfd, in_poll, in_clock, in_epoll, in_futex, in_raw_wait, in_sleep,
    in_thread_join, in_proc_join, in_accept, in_connect, in_recv, in_send, in_recv_from, in_raw_wait64,
    in_send_file, in_send_datagram, in_poll_write, in_handler};

#define CALLS (sizeof calls / sizeof calls[0])

static void ends(void *none __attribute__((unused))) {
    while (arrived < CALLS + 1) ok(sched_yield());
    thread_sleep(20 * MS); // the last ones are in their calls, too
    print("blocked\n");
    if (equal(argv[1], "trap")) __builtin_trap();
    if (equal(argv[1], "kill")) proc_signal(self(), SIGKILL);
    if (equal(argv[1], "term")) proc_signal(self(), SIGTERM);
    if (!equal(argv[1], "return")) proc_exit(0);
}

void _start(void) {
    u32 w;
    arguments();
    ok(fd_pipe(&silent, &w));
    ok(fd_pipe(&unread, &full));
    // A child that ends when nobody can write to its pipe any more.
    if (!fork()) {
        char b;
        ok(fd_close(w));
        ok(fd_close(full));
        read_some(silent, &b, 1);
        proc_exit(0);
    }
    if (!equal(argv[1], "term")) hear(); // which ends those that hear nothing of it
    sleeper = start(CALLS, in_sleep, 0)->tid;
    for (u32 i = 0; i < CALLS; i++) start(i, calls[i], 0);
    if (!equal(argv[1], "thread")) return ends(0);
    start(CALLS + 1, ends, 0);
    thread_sleep(3600000 * MS);
}
