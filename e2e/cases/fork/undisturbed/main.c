// A process forks again and again while another thread of it computes, which never
// loses what it writes; signals come when the stack is whole.
//#Build: freestanding asyncify threads
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"
#include "thread.h"

enum { WORDS = 50000, FORKS = 30 };

static volatile u32 words[WORDS] = {1}, ends, wrong, alarms, depth, sink;

HANDLER __wasm_signal(u32 signal) { alarms += signal == SIGALRM; }

// looks counts in all words, and sees whether they have what it has written.
static void looks(void *none __attribute__((unused))) {
    for (u32 round = 0; !load(&ends); round++) {
        for (u32 i = 0; i < WORDS; i++)
            if (words[i]++ != i + 1 + round) store(&wrong, i + 1);
        if (round % 32 == 0) sched_yield();
    }
}

// deep forks from some depth, and comes back with what it has been given. The
// stack has to be larger than what lies below the program's data.
__attribute__((noinline)) static u32 deep(u32 n, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f) {
    u32 got = n ? deep(n - 1, a + 1, b + 2, c + 3, d + 4, e + 5, f + 6) : fork();
    add(&depth, a + b + c + d + e + f + n);
    return got;
}

void _start(void) {
    for (u32 i = 0; i < WORDS; i++) words[i] = i + 1;
    thread *t = start(0, looks, 0);
    hear();
    ok(proc_raise_interval(SIGALRM, MS, 1));
    for (u32 i = 0; i < FORKS || !alarms; i++) {
        for (u32 j = 0; j < i % 10 * 700000; j++) sink += j; // the turn ends in the fork
        u32 pid = deep(3000, i, 1, 2, 3, 4, 5);
        if (!pid) proc_exit(i % 100);
        option_u32 who = {1, pid};
        join_status status = {0};
        u32 e;
        while ((e = proc_join(&who, 0, &status)) == EINTR) {}
        ok(e);
        check(status.tag, EXITED);
        check(status.code, i % 100);
        check(load(&wrong), 0);
    }
    ok(proc_raise_interval(SIGALRM, 0, 0));
    store(&ends, 1);
    u32 e;
    while ((e = thread_join(t->tid)) == EINTR) {}
    ok(e);
    check(load(&wrong), 0);
    print("ok\n");
}
