// When the main thread returns the process ends, although other threads wait.
//#Build: freestanding threads
//#ExpectedStdout: main
#include "thread.h"

static u32 never, there;

static void waits(void *arg) {
    (void)arg;
    store(&there, 1u);
    wake(&there);
    wait(&never, 0, 0);
    print("went on\n");
}

void _start(void) {
    start(0, waits, 0);
    while (!load(&there)) wait(&there, 0, 0);
    print("main\n");
}
