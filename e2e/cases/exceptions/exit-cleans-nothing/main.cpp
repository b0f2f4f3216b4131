// The end of a program is no exception: neither handlers nor destructors run, when
// it ends itself, from a thread that waits, or when it is killed.
//#Build: freestanding exceptions threads
//#AbstractConfig: base
//#ExpectedStdout: leaving
//#Config: exit:base
//#Args: 0
//#ExpectedExitCode: 7
//#Config: from-thread:base
//#Args: 1
//#ExpectedExitCode: 7
//#Config: killed:base
//#Args: 2
//#ExpectedExitCode: 137
//#Config: exit-in-try:base
//#Args: 3
//#ExpectedExitCode: 0
#include "exceptions.h"
#include "thread.h"

extern "C" WASIX(proc_signal) u32 proc_signal(u32 pid, u32 signal);

static u32 never, waiting;

struct loud {
    ~loud() { print("cleaned up\n"); }
};

static void leaves(void *how) {
    while ((u32)how && !load(&waiting)) sched_yield();
    print("leaving\n");
    u32 pid;
    if ((u32)how == 2 && !proc_id(&pid)) proc_signal(pid, 9);
    proc_exit(7);
}

static void waits() {
    loud here;
    store(&waiting, 1u);
    wait(&never, 0, 0);
    raise(1); // never, but then the destructor is needed
}

extern "C" void _start() {
    arguments();
    u32 how = (u32)(argv[1][0] - '0');
    if (how && how != 3) start(0, leaves, (void *)how);
    try {
        loud here;
        if (how == 3) {
            print("leaving\n");
            proc_exit(0);
        }
        if (!how) leaves(0);
        waits();
    } catch (...) {
        print("caught\n");
    }
}
