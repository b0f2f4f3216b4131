// A child that was forked, and a thread, wake who waits for a counter.
//#Build: freestanding asyncify threads
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"
#include "thread.h"

static u32 a, b;

static void answer(void *arg) {
    (void)arg;
    u64 v = 0;
    check(read_some(b, &v, 8), 8);
    v *= 2;
    write_all(a, &v, 8);
}

void _start(void) {
    u64 v = 21;
    ok(fd_event(0, 0, &a));
    ok(fd_event(0, 0, &b));
    u32 pid = fork();
    if (!pid) {
        answer(0);
        proc_exit(0);
    }
    write_all(b, &v, 8);
    check(read_some(a, &v, 8), 8);
    check(v, 42);
    wait_for(pid, 0);
    thread *t = start(0, answer, 0);
    v = 4;
    write_all(b, &v, 8);
    check(read_some(a, &v, 8), 8);
    check(v, 8);
    finish(t);
    print("ok\n");
}
