// A program that does not export its table of functions has no contexts.
//#Build: freestanding
//#ExpectedStdout: ok
#include "context.h"

static void entry(void) {}

void _start(void) {
    u64 id = 7;
    check(context_create(&id, entry), ENOTSUP);
    check(id, 7);
    ok(context_switch(MAIN));
    check(context_switch(1), EINVAL);
    print("ok\n");
}
