// setjmp and longjmp of programs whose stack can be unwound.
//#Build: freestanding asyncify
//#ExpectedStdout: jump
//#ExpectedStdout: back
//#ExpectedStdout: ok
#include "asyncify_jump.h"
#define JUMP_ENV
#include "jump_rules.h"

void _start(void) { rules(); }
