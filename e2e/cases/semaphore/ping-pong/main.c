// Two threads that wake each other in turn, a thousand times.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

static sem ping, pong;
static u32 turn;

static void other(void *arg) {
    for (u32 i = 0; i < (u32)arg; i++) {
        ok(sem_wait(&ping, 0));
        check(turn++, 2 * i + 1);
        sem_post(&pong);
    }
}

void _start(void) {
    thread *t = start(0, other, (void *)1000);
    for (u32 i = 0; i < 1000; i++) {
        check(turn++, 2 * i);
        sem_post(&ping);
        ok(sem_wait(&pong, 0));
    }
    finish(t);
    check(turn, 2000);
    print("ok\n");
}
