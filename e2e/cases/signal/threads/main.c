// A signal to one thread runs there; one to the process runs in any thread that
// does not hold it; a fatal one ends all, whatever they wait for.
//#Build: freestanding threads asyncify
//#ExpectedStdout: ok
#include "proc.h"
#include "thread.h"

static u32 in[4], waiting, go_on, never;
static _Thread_local u32 me = 3; // the main thread

HANDLER handler(u32 signal) {
    if (signal == SIGUSR1) add(&in[me], 1u);
}

static void waits(void *arg) {
    me = (u32)arg;
    if (me == 1) hold();
    add(&waiting, 1u);
    while (!load(&go_on)) wait(&go_on, 0, 0);
    if (me == 1) hear();
}

static void stuck(void *arg) {
    add(&waiting, 1u);
    if (arg) wait(&never, 0, 0);
    __builtin_wasm_memory_atomic_wait32((s32 *)&never, 0, -1);
}

void _start(void) {
    hear();
    thread *t[3];
    for (u32 i = 0; i < 3; i++) t[i] = start(i, waits, (void *)i);
    while (load(&waiting) < 3) sched_yield();
    ok(thread_signal(t[2]->tid, SIGUSR1));
    while (load(&in[2]) < 1) sched_yield();
    ok(thread_signal(t[1]->tid, SIGUSR1)); // held
    hold();
    ok(proc_signal(self(), SIGUSR1)); // the main thread holds it, so one of the others
    while (load(&in[0]) + load(&in[2]) < 2) sched_yield();
    check(load(&in[1]), 0);
    check(load(&in[3]), 0);
    store(&go_on, 1u);
    wake_all(&go_on);
    hear();
    for (u32 i = 0; i < 3; i++) finish(t[i]);
    check(load(&in[1]), 1);
    check(thread_signal(t[0]->tid, SIGUSR1), ESRCH);

    u32 r, w;
    char c = 0;
    ok(fd_pipe(&r, &w));
    u32 pid = fork();
    if (!pid) {
        store(&waiting, 0u);
        start(0, stuck, (void *)1);
        start(1, stuck, 0);
        while (load(&waiting) < 2) sched_yield();
        write_all(w, &c, 1);
        stuck(0);
    }
    check(read_some(r, &c, 1), 1);
    ok(proc_signal(pid, SIGKILL));
    killed_by(pid, SIGKILL);
    print("ok\n");
}
