// A program whose stack cannot be unwound is told so, and goes on.
//#Build: freestanding
//#ExpectedStdout: ok
#include "asyncify_jump.h"

void _start(void) {
    jmp_buf env;
    u64 value;
    check(stack_checkpoint(&env, &value), ENOTSUP);
    print("ok\n");
}
