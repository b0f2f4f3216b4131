// A place that was marked before a fork can be jumped to in parent and child.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "asyncify_jump.h"
#include "proc.h"

static jmp_buf env;
static volatile u32 pid;

static void __attribute__((noinline)) away(u32 n) {
    if (n) away(n - 1);
    pid = fork();
    longjmp(&env, pid ? 1 : 2);
}

void _start(void) {
    volatile u32 kept = 6;
    u32 got = setjmp(&env);
    if (!got) {
        kept++;
        away(5);
    }
    check(kept, 7);
    if (got == 2) proc_exit(44);
    check(got, 1);
    wait_for(pid, 44);
    // The other way round: marked in a child, after the fork.
    u32 child = fork();
    if (!child) {
        u32 again = setjmp(&env);
        if (!again) longjmp(&env, 45);
        proc_exit(again);
    }
    wait_for(child, 45);
    print("ok\n");
}
