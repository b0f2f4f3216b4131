// A thousand threads, twenty at once.
//#Build: freestanding threads
//#ExpectedStdout: ok
#define THREADS 20
#include "thread.h"

static u32 sum;

static void one(void *arg) { add(&sum, (u32)arg); }

void _start(void) {
    thread *t[THREADS] = {0};
    for (u32 i = 0; i < 1000; i++) {
        if (t[i % THREADS]) finish(t[i % THREADS]);
        t[i % THREADS] = start(i % THREADS, one, (void *)i);
    }
    for (u32 i = 0; i < THREADS; i++) finish(t[i]);
    check(sum, 499500);
    print("ok\n");
}
