// Something is done once although all ask for it; readers share a lock, writers do
// not.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

static u32 state, inits; // 0 not done, 1 being done, 2 done

static void once(void) {
    if (cas(&state, 0, 1)) {
        ok(sched_yield());
        inits++;
        store(&state, 2u);
        wake_all(&state);
    }
    for (u32 s; (s = load(&state)) != 2;) wait(&state, s, 0);
    check(inits, 1);
}

// A lock counts its readers; all ones is a writer.
static u32 rw, readers, most, written;

static void read_lock(void) {
    for (;;) {
        u32 v = load(&rw);
        if (v == ~0u)
            wait(&rw, v, 0);
        else if (cas(&rw, v, v + 1))
            return;
    }
}

static void read_unlock(void) {
    if (__atomic_sub_fetch(&rw, 1u, __ATOMIC_SEQ_CST) == 0) wake_all(&rw);
}

static void write_lock(void) {
    while (!cas(&rw, 0, ~0u)) {
        u32 v = load(&rw);
        if (v) wait(&rw, v, 0);
    }
}

static void worker(void *arg) {
    once();
    for (u32 i = 0; i < 50; i++) {
        if ((u32)arg % 2) {
            write_lock();
            check(load(&readers), 0);
            written++;
            store(&rw, 0u);
            wake_all(&rw);
            continue;
        }
        read_lock();
        u32 now = add(&readers, 1u), before = written;
        for (u32 m; now > (m = load(&most)) && !cas(&most, m, now);) {}
        ok(sched_yield());
        check(written, before);
        __atomic_sub_fetch(&readers, 1u, __ATOMIC_SEQ_CST);
        read_unlock();
    }
}

void _start(void) {
    thread *t[6];
    for (u32 i = 0; i < 6; i++) t[i] = start(i, worker, (void *)i);
    for (u32 i = 0; i < 6; i++) finish(t[i]);
    check(inits, 1);
    check(written, 150);
    check(most >= 1, 1);
    print("ok\n");
}
