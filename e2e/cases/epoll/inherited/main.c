// A set of epoll is shared after fork, and so is what is in it; a member stays
// until the last descriptor of its open file is closed, in whichever process.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "fs.h"
#include "proc.h"

static u32 ep, r, w, go_on, tell_child;

static u32 events(epoll_event *out, u64 timeout) {
    u32 n;
    ok(epoll_wait(ep, out, 4, timeout, &n));
    return n;
}

void _start(void) {
    epoll_event ev = {.events = EPOLL_IN, .data2 = 1}, out[4];
    u32 r2, w2, told, tell, fd;
    char c;
    ok(epoll_create(&ep));
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&r2, &w2));
    ok(fd_pipe(&go_on, &tell_child));
    ok(fd_pipe(&told, &tell));
    ok(epoll_ctl(ep, EPOLL_ADD, r, &ev));
    u32 pid = fork();
    if (!pid) {
        ok(fd_close(r)); // the parent has it still
        check(events(out, FOREVER), 1);
        check(out[0].data2, 1);
        ev.data2 = 2;
        ok(epoll_ctl(ep, EPOLL_ADD, r2, &ev)); // for the parent, too
        write_all(tell, "a", 1);
        check(read_some(go_on, &c, 1), 1);
        proc_exit(3);
    }
    write_all(w, "x", 1);
    check(read_some(told, &c, 1), 1);
    check(read_some(r, &c, 1), 1);
    check(events(out, 0), 0);
    write_all(w2, "x", 1);
    check(events(out, FOREVER), 1);
    check(out[0].data2, 2);
    check(epoll_ctl(ep, EPOLL_ADD, r2, &ev), EEXIST);
    // Closed here, and open in the child: it is still told of.
    ok(fd_close(r2));
    check(events(out, 0), 1);
    check(out[0].data2, 2);
    write_all(tell_child, "e", 1);
    wait_for(pid, 3);
    check(events(out, 0), 0); // the child was the last to have it
    // A copy is the same set.
    ok(epoll_ctl(ep, EPOLL_DEL, r, 0));
    ok(fd_dup(ep, &fd));
    ok(epoll_ctl(fd, EPOLL_ADD, r, &ev));
    check(epoll_ctl(ep, EPOLL_ADD, r, &ev), EEXIST);
    print("ok\n");
}
