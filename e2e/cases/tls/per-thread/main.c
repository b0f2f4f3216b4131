// Thread-locals of every kind: with a value at the start, without, aligned, arrays;
// each thread has its own, at its own address.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

static _Thread_local u32 zero, seven = 7, list[20] = {1, 2, 3};
static _Thread_local u64 wide = 0x123456789abcdefull;
static _Thread_local u8 aligned[16] __attribute__((aligned(16))) = "aligned";
static const u32 *where[5];

static void look(void *arg) {
    u32 me = (u32)arg;
    where[me] = &zero;
    check(zero, 0);
    check(seven, 7);
    check(list[2] + list[19], 3);
    check(wide, 0x123456789abcdefull);
    check((u32)aligned % 16, 0);
    check(same(aligned, "aligned", 7), 1);
    for (u32 i = 0; i < 30; i++) {
        zero = seven = list[7] = me * 100 + i;
        wide = zero;
        ok(sched_yield());
        check(zero == me * 100 + i && seven == zero && list[7] == zero && wide == zero, 1);
    }
}

void _start(void) {
    thread *t[4];
    zero = 55;
    for (u32 round = 0; round < 2; round++) { // fresh ones again in the second
        for (u32 i = 0; i < 4; i++) t[i] = start(i, look, (void *)i);
        for (u32 i = 0; i < 4; i++) finish(t[i]);
        for (u32 i = 0; i < 4; i++)
            for (u32 j = 0; j < i; j++) check(where[i] != where[j], 1);
    }
    check(zero, 55);
    zero = 0;
    look((void *)4); // the main thread, too
    print("ok\n");
}
