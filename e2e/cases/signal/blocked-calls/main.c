// A signal ends calls that wait, each with EINTR, after its handler.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"
#include "sock.h"

static u32 handled, r, w;

HANDLER handler(u32 signal) {
    if (signal == SIGUSR1) handled++;
}

// call waits in one of many ways for what never comes.
static u32 call(u32 how) {
    char b[4];
    iovec iov = {b, 4};
    u32 n;
    event out;
    addr from;
    u16 flags;
    u64 v;
    iovec count = {&v, 8};
    subscription sub[1] = {{.type = CLOCK, .clock = {.id = MONOTONIC, .timeout = MINUTE}}};
    option_u32 who = {0, 0};
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
    }
    return 0;
}

void _start(void) {
    for (u32 how = 0; how < 8; how++) {
        u32 ready[2];
        char c = 0;
        ok(fd_pipe(&r, &w));
        ok(fd_pipe(&ready[0], &ready[1]));
        u32 pid = fork();
        if (!pid) {
            hear();
            write_all(ready[1], &c, 1);
            u32 e = call(how);
            // The signal may have come before the call: then it waits on, and
            // the parent sends another one.
            check(e, EINTR);
            check(handled > 0, 1);
            proc_exit(how + 1);
        }
        check(read_some(ready[0], &c, 1), 1);
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
