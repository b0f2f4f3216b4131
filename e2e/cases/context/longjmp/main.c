// Jumps stay in their context, and may be made after others have run.
//#Build: freestanding longjmp -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "jump.h"

static u64 a, b;
static jmp_buf env[3];
static u32 jumps;

__attribute__((noinline)) static void jump(u32 who, u64 to, u32 depth) {
    if (depth) {
        jump(who, to, depth - 1);
        check("returned", 0);
    }
    leave_for(to);
    longjmp(env[who], who + 10);
}

static void entry(u32 who, u64 to) {
    for (volatile u32 i = 0;; i++) {
        u32 v = setjmp(env[who]);
        if (!v) jump(who, to, i % 5);
        check(v, who + 10);
        jumps++;
    }
}

static void first(void) { entry(1, b); }
static void second(void) { entry(2, MAIN); }

void _start(void) {
    a = context(first);
    b = context(second);
    for (volatile u32 i = 0; i < 20; i++) {
        u32 v = setjmp(env[0]);
        if (!v) jump(0, a, 3);
        check(v, 10);
    }
    check(jumps, 38);
    print("ok\n");
}
