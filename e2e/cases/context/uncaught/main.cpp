// An exception that leaves a context is thrown in the main one, and that context is no
// more.
//#Build: freestanding exceptions -Wl,--export-table
//#ExpectedStdout: ok
//#ExpectedExitCode: 134
#include "context.h"
#include "exceptions.h"

static u64 a, b;
static u32 thrown;

static void throws(void) {
    leave_for(MAIN);
    raise(7);
}

static void passes(void) { leave_for(a); }

extern "C" void _start() {
    for (u32 i = 0; i < 3; i++) {
        a = context(throws);
        b = context(passes);
        leave_for(a);
        try {
            leave_for(b); // which switches to a
        } catch (...) {
            thrown += current();
        }
        check(context_switch(a), EINVAL);
        ok(context_destroy(a));
        ok(context_destroy(b));
    }
    check(thrown, 21);
    print("ok\n");
    a = context(throws);
    b = context(passes);
    leave_for(a);
    leave_for(b); // nobody catches it
    print("not reached\n");
}
