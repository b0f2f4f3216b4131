// A thread begins with the module's globals as they are in a new instance, whatever
// threads before it have left there and however these have ended; and it takes
// signals when the program came to handle them after those.
//#Build: freestanding threads asyncify
//#ExpectedStdout: ok
#include "proc.h"
#include "thread.h"

__asm__(".globaltype mark, i32\n"
        "mark:\n"
        ".functype get_mark () -> (i32)\n"
        ".globl get_mark\n"
        ".type get_mark,@function\n"
        "get_mark:\n"
        ".functype get_mark () -> (i32)\n"
        "global.get mark\n"
        "end_function\n"
        ".functype set_mark (i32) -> ()\n"
        ".globl set_mark\n"
        ".type set_mark,@function\n"
        "set_mark:\n"
        ".functype set_mark (i32) -> ()\n"
        "local.get 0\n"
        "global.set mark\n"
        "end_function\n");
u32 get_mark(void);
void set_mark(u32);

static _Thread_local u32 own = 5;
static u32 ended, waiting, go_on, handled;

HANDLER handler(u32 signal) {
    check(signal, SIGUSR1);
    add(&handled, 1u);
}

static void leaves(void *arg) {
    check(get_mark(), 0);
    check(own, 5);
    set_mark(1 + (u32)arg);
    own = 6;
    ok(sched_yield());
    check(get_mark(), 1 + (u32)arg);
    add(&ended, 1u);
    if ((u32)arg % 2) thread_exit(0);
}

static void waits(void *arg) {
    leaves(arg);
    store(&waiting, 1u);
    while (!load(&go_on)) wait(&go_on, 0, 0);
}

void _start(void) {
    set_mark(77);
    for (u32 i = 0; i < 200; i++) finish(start(0, leaves, (void *)i));
    // Many at once, more than are kept, and again.
    for (u32 round = 0; round < 3; round++) {
        thread *t[16];
        for (u32 i = 0; i < 16; i++) t[i] = start(i, leaves, (void *)i);
        for (u32 i = 0; i < 16; i++) finish(t[i]);
    }
    check(ended, 248);
    hear();
    thread *t = start(0, waits, (void *)0);
    while (!load(&waiting)) ok(sched_yield());
    ok(thread_signal(t->tid, SIGUSR1));
    while (!load(&handled)) ok(sched_yield());
    store(&go_on, 1u);
    wake(&go_on);
    finish(t);
    check(get_mark(), 77);
    print("ok\n");
}
