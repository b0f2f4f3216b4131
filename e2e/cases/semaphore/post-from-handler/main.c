// A handler may post what the thread that it interrupts waits for.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "proc.h"
#include "thread.h"

static sem s;
static u32 waiting, posts;

HANDLER handler(u32 signal) {
    if (signal != SIGUSR1) return;
    posts++;
    sem_post(&s);
}

static void waits(void *arg) {
    (void)arg;
    store(&waiting, 1u);
    ok(sem_wait(&s, 0));
    ok(sem_wait(&s, 0));
}

void _start(void) {
    hear();
    thread *t = start(0, waits, 0);
    while (!load(&waiting)) sched_yield();
    ok(thread_signal(t->tid, SIGUSR1));
    while (load(&posts) < 1) sched_yield();
    ok(thread_signal(t->tid, SIGUSR1));
    finish(t);
    check(posts, 2);
    check(load(&s), 0);
    print("ok\n");
}
