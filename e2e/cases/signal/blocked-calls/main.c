// A signal ends calls that wait, each with EINTR, after its handler. One whose
// default is to do nothing ends none: its handler runs, and the call goes on.
//#Build: freestanding asyncify threads
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"
#include "sock.h"
#include "thread.h"

enum { CALLS = 17 };

static u32 handled, r, w, told[2];
static volatile u32 word;
static char block[100000];

HANDLER handler(u32 signal) {
    if (signal == SIGUSR1) handled++;
    if (signal == SIGCHLD) write_all(told[1], "c", 1);
}

static void sleeps(void *none __attribute__((unused))) { thread_sleep(MINUTE); }

// call waits in one of many ways for what never comes.
static u32 call(u32 how) {
    char b[4];
    iovec iov = {b, 4}, large = {block, sizeof block};
    u32 n, e, other;
    event out;
    addr from;
    u16 flags;
    u64 v;
    u8 woken;
    iovec count = {&v, 8};
    subscription sub[1] = {{.type = CLOCK, .clock = {.id = MONOTONIC, .timeout = MINUTE}}};
    option_u32 who = {0, 0};
    option_u64 forever = {0, 0};
    join_status status;
    switch (how) {
    case 0: return fd_read(r, &iov, 1, &n);
    case 1: return poll_oneoff(sub, &out, 1, &n);
    case 2: return thread_sleep(MINUTE);
    case 3: return sock_accept_v2(server(0, 1), 0, &n, &from);
    case 4:
        ok(sock_pair(UNIX, STREAM, 0, &n, &r));
        return sock_recv(n, &iov, 1, 0, &n, &flags);
    case 5:
        ok(fd_event(0, 0, &n));
        return fd_read(n, &count, 1, &n);
    case 6: {
        epoll_event ev = {.events = EPOLL_IN};
        u32 ep;
        ok(epoll_create(&ep));
        ok(epoll_ctl(ep, EPOLL_ADD, r, &ev));
        return epoll_wait(ep, &ev, 1, FOREVER, &n);
    }
    case 7:
        if (fork()) return proc_join(&who, 0, &status);
        ok(fd_close(w)); // the end of the pipe is the end of this one, too
        read_some(r, b, 1);
        proc_exit(0);
    case 8: // one that has written nothing
        ok(fd_fdstat_set_flags(w, FD_NONBLOCK));
        while (!fd_write(w, &large, 1, &n)) {}
        ok(fd_fdstat_set_flags(w, 0));
        iov.len = 1;
        return fd_write(w, &iov, 1, &n);
    case 9: { // nobody accepts
        addr a = local(port_of(server(0, 1)));
        do e = sock_connect(socket(INET4, STREAM), &a);
        while (!e);
        return e;
    }
    case 10:
        ok(sock_pair(UNIX, STREAM, 0, &n, &other));
        while (!(e = sock_send(n, &large, 1, 0, &other)) && other == sizeof block) {}
        return e ? e : sock_send(n, &large, 1, 0, &other); // the one before did a part
    case 11:
        n = socket(INET4, DGRAM);
        from = local(0);
        ok(sock_bind(n, &from));
        return sock_recv_from(n, &iov, 1, 0, &n, &flags, &from);
    case 12: // libc wants no error, and looks at the word again
        do ok(futex_wait(&word, 0, &forever, &woken));
        while (!handled);
        return EINTR;
    case 13: return thread_join(start(0, sleeps, 0)->tid);
    case 14:
        sub[0] = (subscription){.type = FD_READ, .fd = r};
        return poll_oneoff(sub, &out, 1, &n);
    case 15: { // a datagram that the other one has no room for
        ok(sock_pair(UNIX, DGRAM, 0, &n, &other));
        iov = (iovec){block, 1000};
        do e = sock_send(n, &iov, 1, 0, &other);
        while (!e);
        return e;
    }
    case 16: { // a file that goes into a full pipe
        u32 file = open_file("/large", O_CREAT, 0);
        u64 done;
        write_all(file, block, sizeof block);
        while (!(e = sock_send_file(w, file, 0, sizeof block, &done)) && done == sizeof block) {}
        return e ? e : sock_send_file(w, file, 0, sizeof block, &done);
    }
    }
    return 0;
}

void _start(void) {
    for (u32 how = 0; how < CALLS; how++) {
        u32 ready[2];
        char c = 0;
        ok(fd_pipe(&r, &w));
        ok(fd_pipe(&ready[0], &ready[1]));
        ok(fd_pipe(&told[0], &told[1]));
        u32 pid = fork();
        if (!pid) {
            hear();
            write_all(ready[1], &c, 1);
            u32 e = call(how);
            check_at("call", e == EINTR ? how : 100 + e, how);
            check_at("handled", handled > 0, 1);
            proc_exit(how + 1);
        }
        check(read_some(ready[0], &c, 1), 1);
        ok(fd_close(told[1]));
        for (u32 i = 0; i < 3; i++) {
            ok(proc_signal(pid, SIGCHLD));
            check(read_some(told[0], &c, 1), 1);
        }
        // The signal may come before the call: then it waits on, and gets another one.
        join_status status = {0};
        do {
            ok(proc_signal(pid, SIGUSR1));
            ok(sched_yield());
        } while (join(pid, NOHANG, &status) == NOTHING);
        check(status.tag, EXITED);
        check(status.code, how + 1);
        ok(fd_close(w));
    }
    print("ok\n");
}
