// A jump to a place that was never marked ends the program as a fault does.
//#Build: freestanding asyncify
//#ExpectedStdout: before
//#ExpectedExitCode: 134
#include "asyncify_jump.h"

void _start(void) {
    jmp_buf env = {1, {2, 3}};
    u64 value;
    check(stack_checkpoint((jmp_buf *)0xfffffff0u, &value), EFAULT);
    print("before\n");
    longjmp(&env, 1);
}
