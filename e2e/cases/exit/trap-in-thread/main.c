// A fault in a thread ends the process as one in the main thread does.
//#Build: freestanding threads
//#ExpectedStdout: before
//#ExpectedExitCode: 134
#include "thread.h"

static u32 never;

static void fault(void *arg) {
    (void)arg;
    print("before\n");
    __builtin_trap();
}

void _start(void) {
    start(0, fault, 0);
    wait(&never, 0, 0);
}
