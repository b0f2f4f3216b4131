// Signals reach the context that runs, one that waits too, and one that begins with
// them. A handler may switch: each context comes back to its own handler, and to the
// call that it was in.
//#Build: freestanding -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "proc.h"

static u64 a, b;
static u32 handled, in_handler, r, w, rounds;
static u64 leave_to = ~0ULL; // where the handler switches to

HANDLER handler(u32 signal) {
    handled++;
    if (signal == SIGUSR2 && leave_to != ~0ULL) {
        u64 to = leave_to;
        leave_to = ~0ULL;
        in_handler++;
        leave_for(to);
        in_handler--;
    }
}

static void raises(void) {
    ok(proc_raise(SIGUSR1));
    check(handled, 1);
    leave_for(MAIN);
    char c;
    iovec iov = {&c, 1};
    u32 n;
    ok(proc_raise_interval(SIGUSR1, 1, 0)); // in a millisecond
    check(fd_read(r, &iov, 1, &n), EINTR);
    check(handled, 3);
    leave_for(MAIN);
    // SIGUSR2 ends no call of this one, as it waits in none: its handler switches.
    leave_to = b;
    ok(proc_raise(SIGUSR2));
    check(in_handler, 1); // b's has not returned
    rounds++;
    for (;;) leave_for(MAIN);
}

static void nests(void) {
    check(in_handler, 1);
    leave_to = MAIN;
    ok(proc_raise(SIGUSR2));
    check(in_handler, 0);
    rounds++;
    for (;;) leave_for(MAIN);
}

static void begins(void) {
    check(handled, 7);
    for (;;) leave_for(MAIN);
}

void _start(void) {
    hear();
    ok(fd_pipe(&r, &w));
    a = context(raises);
    b = context(nests);
    leave_for(a);
    ok(proc_raise(SIGUSR1));
    check(handled, 2);
    leave_for(a);
    leave_for(a); // its handler leaves for b, whose handler leaves for here
    check(in_handler, 2);
    check(rounds, 0);
    check(handled, 5);
    leave_for(a);
    check(rounds, 1);
    leave_for(b);
    check(rounds, 2);
    check(in_handler, 0);

    u64 c = context(begins);
    hold();
    ok(proc_raise(SIGUSR1));
    ok(proc_raise(SIGUSR2));
    hear();
    check(handled, 7);
    leave_for(c);
    print("ok\n");
}
