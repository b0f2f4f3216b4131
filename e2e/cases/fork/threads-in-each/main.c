// Twenty processes with five threads each, all of them alive at once.
//#Build: freestanding threads asyncify
//#ExpectedStdout: ok
#include "thread.h"

enum { CHILDREN = 20, EACH = 5 };
static volatile u32 here, gate, sum;

static void work(void *arg) {
    if (add(&here, 1u) == EACH) wake(&here);
    wait(&gate, 0, 0);
    add(&sum, (u32)arg);
}

// child says that its threads run, and goes on when nobody holds the other end of
// go open any more.
static void child(u32 number, u32 go, u32 up) {
    thread *t[EACH];
    char c;
    for (u32 i = 0; i < EACH; i++) t[i] = start(i, work, (void *)(number + i));
    for (u32 n; (n = load(&here)) < EACH;) wait(&here, n, 0);
    check(sum, 0);
    write_all(up, "x", 1);
    check(read_some(go, &c, 1), 0);
    store(&gate, 1u);
    wake_all(&gate);
    for (u32 i = 0; i < EACH; i++) finish(t[i]);
    check(sum, EACH * number + EACH * (EACH - 1) / 2);
    proc_exit(number);
}

void _start(void) {
    u32 pids[CHILDREN], go[2], up[2];
    char c;
    ok(fd_pipe(&go[0], &go[1]));
    ok(fd_pipe(&up[0], &up[1]));
    for (u32 i = 0; i < CHILDREN; i++) {
        ok(proc_fork(1, &pids[i]));
        if (!pids[i]) {
            ok(fd_close(go[1]));
            child(i, go[0], up[1]);
        }
    }
    for (u32 i = 0; i < CHILDREN; i++) check(read_some(up[0], &c, 1), 1);
    ok(fd_close(go[1]));
    for (u32 i = 0; i < CHILDREN; i++) wait_for(pids[i], i);
    check(here, 0);
    print("ok\n");
}
