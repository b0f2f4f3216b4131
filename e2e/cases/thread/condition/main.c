// Condition variables: a queue between producers and consumers, and a broadcast
// that wakes everybody.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

static mutex m;
static cond not_empty, not_full, everybody;
static u32 queue[4], held, sum, released, arrived;

static void producer(void *arg) {
    for (u32 i = 1; i <= 200; i++) {
        ok(lock(&m, 0));
        while (held == 4) cond_wait(&not_full, &m, 0);
        queue[held++] = i * (u32)arg;
        cond_signal(&not_empty);
        unlock(&m);
    }
}

static void consumer(void *arg) {
    (void)arg;
    for (u32 i = 0; i < 200; i++) {
        ok(lock(&m, 0));
        while (!held) cond_wait(&not_empty, &m, 0);
        sum += queue[--held];
        cond_signal(&not_full);
        unlock(&m);
    }
}

static void waiter(void *arg) {
    (void)arg;
    ok(lock(&m, 0));
    arrived++;
    cond_signal(&not_empty);
    while (!released) cond_wait(&everybody, &m, 0);
    unlock(&m);
}

void _start(void) {
    thread *t[10];
    for (u32 i = 0; i < 3; i++) t[i] = start(i, producer, (void *)(i + 1));
    for (u32 i = 3; i < 6; i++) t[i] = start(i, consumer, 0);
    for (u32 i = 0; i < 6; i++) finish(t[i]);
    check(sum, 20100 * 6);
    for (u32 i = 0; i < 10; i++) t[i] = start(i, waiter, 0);
    ok(lock(&m, 0));
    while (arrived < 10) cond_wait(&not_empty, &m, 0);
    released = 1;
    cond_broadcast(&everybody);
    unlock(&m);
    for (u32 i = 0; i < 10; i++) finish(t[i]);
    print("ok\n");
}
