// Contexts take turns, in any order, and begin when they are first switched to.
//#Build: freestanding -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"

static u64 a, b, c;
static u32 steps[16], n;

static void note(u32 what) { steps[n++] = what; }

static void first(void) {
    note(2);
    leave_for(b); // which has not begun
    note(4);
    leave_for(a); // itself
    note(5);
    leave_for(MAIN);
    note(7);
    leave_for(c);
    check("the main context has ended", 0);
}

static void last(void) {
    note(8);
    leave_for(MAIN);
    for (;;) leave_for(MAIN);
}

static void second(void) {
    note(3);
    c = context(last); // one makes another
    leave_for(a);
    check("nobody switches here again", 0);
}

static u32 pings, pongs;

static void pong(void) {
    for (;;) {
        pongs++;
        leave_for(MAIN);
    }
}

void _start(void) {
    leave_for(MAIN); // there is no other
    a = context(first);
    b = context(second);
    check(a != b, 1);
    note(1);
    leave_for(a);
    note(6);
    leave_for(a);
    note(9);
    for (u32 i = 0; i < n; i++) check(steps[i], i + 1);
    check(n, 9);
    u64 other = context(pong);
    for (pings = 0; pings < 10000; pings++) {
        check(pongs, pings);
        leave_for(other);
    }
    print("ok\n");
}
