// Exceptions are thrown and caught in contexts, and what is suspended is not touched.
// Ending a context runs none of its handlers.
//#Build: freestanding exceptions -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "exceptions.h"

static u64 a, b;
static u32 caught, cleaned;

struct guard {
    ~guard() { cleaned++; }
};

[[gnu::noinline]] static void thrower(u32 v) {
    guard g;
    leave_for(MAIN);
    raise(v);
}

static void catches(void) {
    for (u32 i = 0;; i++) {
        try {
            guard g;
            thrower(i);
        } catch (...) {
            check(current(), i);
            caught++;
        }
    }
}

static void suspended(void) {
    try {
        guard g;
        for (;;) leave_for(MAIN);
    } catch (...) {
        cleaned += 1000;
    }
}

extern "C" void _start() {
    a = context(catches);
    b = context(suspended);
    leave_for(b);
    for (u32 i = 0; i < 5; i++) leave_for(a);
    check(caught, 4);
    check(cleaned, 8);
    ok(context_destroy(b));
    ok(context_destroy(a));
    leave_for(MAIN);
    check(cleaned, 8);
    print("ok\n");
}
