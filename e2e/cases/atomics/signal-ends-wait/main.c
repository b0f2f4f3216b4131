// A raw wait that nobody would ever end: a signal's handler runs, a fatal one ends
// the process, from outside and from a thread of its own.
//#Build: freestanding threads asyncify
//#ExpectedStdout: waiting
//#ExpectedStdout: handled
//#ExpectedStdout: ok
#include "proc.h"
#include "thread.h"

static s32 never;
static volatile u32 handled; // a raw wait is no call that could change it

HANDLER handler(u32 signal) {
    if (signal != SIGUSR1) return;
    handled = 1;
}

static void waits(void) {
    while (!handled) __builtin_wasm_memory_atomic_wait32(&never, 0, -1);
}

static void kills(void *arg) {
    (void)arg;
    ok(proc_signal(self(), SIGTERM));
}

void _start(void) {
    u32 r, w;
    char c = 0;
    ok(fd_pipe(&r, &w));
    u32 pid = fork();
    if (!pid) {
        hear();
        print("waiting\n");
        write_all(w, &c, 1);
        waits();
        print("handled\n");
        proc_exit(3);
    }
    check(read_some(r, &c, 1), 1);
    ok(proc_signal(pid, SIGUSR1));
    wait_for(pid, 3);
    for (u32 how = 0; how < 2; how++) {
        pid = fork();
        if (!pid) {
            write_all(w, &c, 1); // first: the thread may end all before this one goes on
            if (how) start(0, kills, 0);
            waits();
        }
        check(read_some(r, &c, 1), 1);
        if (!how) ok(proc_signal(pid, SIGTERM));
        killed_by(pid, SIGTERM);
    }
    print("ok\n");
}
