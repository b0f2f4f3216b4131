// Keys as pthreads have them, made of thread-locals: values that each thread sets,
// and destructors that run at its end, again for what they set.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

enum { KEYS = 4, ITERATIONS = 4 };

static void (*destructors[KEYS])(void *);
static _Thread_local void *values[KEYS];
static u32 ran[KEYS], sum;

static void end(void) {
    for (u32 round = 0, more = 1; more && round < ITERATIONS; round++) {
        more = 0;
        for (u32 k = 0; k < KEYS; k++) {
            void *v = values[k];
            values[k] = 0;
            if (!v || !destructors[k]) continue;
            destructors[k](v);
            more = 1;
        }
    }
}

static void plain(void *v) {
    add(&ran[0], 1u);
    add(&sum, (u32)v);
}

static void again(void *v) { // once more
    add(&ran[1], 1u);
    if ((u32)v < 2) values[1] = (void *)2;
}

static void always(void *v) { // for ever, so as often as there are rounds
    add(&ran[2], 1u);
    values[2] = v;
}

static void worker(void *arg) {
    check((u32)values[0], 0);
    values[0] = arg;
    values[3] = arg; // has no destructor
    ok(sched_yield());
    check((u32)values[0], (u32)arg);
    if ((u32)arg % 2) values[1] = (void *)1;
    if ((u32)arg == 4) values[2] = (void *)9;
}

void _start(void) {
    thread *t[6];
    destructors[0] = plain;
    destructors[1] = again;
    destructors[2] = always;
    at_thread_end = end;
    values[0] = (void *)1000;
    for (u32 i = 0; i < 6; i++) t[i] = start(i, worker, (void *)(i + 1));
    for (u32 i = 0; i < 6; i++) finish(t[i]);
    check(ran[0], 6);
    check(sum, 21);
    check(ran[1], 6);
    check(ran[2], 4);
    check((u32)values[0], 1000);
    print("ok\n");
}
