// The exit code of a program that ends deep inside of calls.
//#Build: freestanding
//#ExpectedExitCode: 42
//#ExpectedStdout: 200
#include "wasix.h"

static volatile u32 depth;

static u32 __attribute__((noinline)) down(u32 (*next)(void *, u32), u32 n) {
    depth++;
    u32 r = next((void *)next, n);
    return r + 1;
}

static u32 step(void *next, u32 n) {
    if (n) return down((u32(*)(void *, u32))next, n - 1);
    print_number(depth);
    print("\n");
    proc_exit(42);
}

void _start(void) {
    down(step, 199);
    print("came back\n");
}
