// Locks, conditions, semaphores and joins that are given up after a time.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "poll.h"
#include "thread.h"

static mutex m;
static cond c;
static sem s;
static u32 holding, release;

static void holder(void *arg) {
    (void)arg;
    ok(lock(&m, 0));
    store(&holding, 1u);
    wake(&holding);
    while (!load(&release)) wait(&release, 0, 0);
    unlock(&m);
}

void _start(void) {
    thread *t = start(0, holder, 0);
    while (!load(&holding)) wait(&holding, 0, 0);
    u64 before = now();
    check(lock(&m, 3 * MS), ETIMEDOUT);
    check(now() - before >= 3 * MS, 1);
    store(&release, 1u);
    wake(&release);
    ok(lock(&m, MINUTE)); // it comes before
    before = now();
    check(cond_wait(&c, &m, 3 * MS), ETIMEDOUT);
    check(now() - before >= 3 * MS, 1);
    check(load(&m) != 0, 1); // locked again
    unlock(&m);
    finish(t);
    before = now();
    check(sem_wait(&s, 3 * MS), ETIMEDOUT);
    check(now() - before >= 3 * MS, 1);
    sem_post(&s);
    ok(sem_wait(&s, 3 * MS));
    print("ok\n");
}
