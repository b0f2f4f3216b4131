// What a child has of its parent's signals: the handler, and what is held. Not
// what is pending, and no alarm.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"

static u32 seen[65];

HANDLER __wasm_signal(u32 signal) { seen[signal]++; }

void _start(void) {
    hear();
    hold();
    ok(proc_raise(SIGUSR1));
    ok(proc_raise_interval(SIGALRM, 20 * MS, 1));
    u32 pid = fork();
    if (!pid) {
        ok(proc_raise(SIGUSR2));
        check(seen[SIGUSR2], 0); // it is held here, too
        hear();
        check(seen[SIGUSR2], 1);
        check(seen[SIGUSR1], 0);
        ok(sleep(50 * MS)); // nobody's alarm ends it
        check(seen[SIGALRM], 0);
        proc_exit(5);
    }
    // The parent's own alarm is still there.
    hear();
    check(seen[SIGUSR1], 1);
    while (!seen[SIGALRM]) sleep(MINUTE);
    ok(proc_raise_interval(SIGALRM, 0, 0));
    join_status status = {0};
    option_u32 who = {1, pid};
    u32 e;
    while ((e = proc_join(&who, 0, &status)) == EINTR) {}
    ok(e);
    check(status.code, 5);
    print("ok\n");
}
