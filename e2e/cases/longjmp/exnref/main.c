// setjmp and longjmp by exceptions, in today's encoding, with the host's tag.
//#Build: freestanding longjmp
//#ExpectedStdout: jump
//#ExpectedStdout: back
//#ExpectedStdout: ok
#include "jump.h"
#include "jump_rules.h"

void _start(void) { rules(); }
