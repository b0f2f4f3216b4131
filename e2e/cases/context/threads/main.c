// Each thread has contexts of its own, and its main context is where it began. They
// end with it, however it ends.
//#Build: freestanding threads -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "thread.h"

enum { N = 8, TURNS = 200 };

static u64 ids[N][2];
static u32 turns[N], sum, mine_is = 1;
static _Thread_local u32 me;

static void counts(void) {
    for (;;) {
        turns[me]++;
        if (turns[me] % 3 == 0) sched_yield();
        leave_for(turns[me] % 2 ? ids[me][1] : MAIN);
    }
}

static void adds(void) {
    for (;;) {
        add(&sum, 1u);
        leave_for(MAIN);
    }
}

static void leaves(void) { thread_exit(0); }

static void work(void *arg) {
    me = (u32)arg;
    ids[me][0] = context(counts);
    ids[me][1] = context(adds);
    for (u32 i = 0; i < TURNS; i++) leave_for(ids[me][0]);
    check(turns[me], TURNS);
    if (me % 2) leave_for(context(leaves)); // and does not come back
}

void _start(void) {
    u64 other = context(adds);
    thread *t[N];
    for (u32 k = 0; k < 3; k++) {
        for (u32 i = 0; i < N; i++) turns[i] = 0;
        store(&sum, 0u);
        for (u32 i = 0; i < N; i++) t[i] = start(i, work, (void *)i);
        for (u32 i = 0; i < N; i++) finish(t[i]);
        check(load(&sum), N * TURNS / 2);
    }
    leave_for(other);
    check(load(&sum), N * TURNS / 2 + mine_is);
    print("ok\n");
}
