// What acts for a child of vfork has no contexts until it execs; the parent's are
// there again afterwards.
//#Build: freestanding threads asyncify -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "proc.h"

static u64 a;
static u32 turns;

static void counts(void) {
    for (;;) {
        turns++;
        leave_for(MAIN);
    }
}

static void exits_with(u32 pid, u32 code) {
    join_status status;
    check(join(pid, 0, &status), EXITED);
    check(status.code, code);
}

void _start(void) {
    arguments();
    if (argc > 1) {
        a = context(counts);
        leave_for(a);
        proc_exit(turns + 3);
    }
    a = context(counts);
    leave_for(a);
    check(turns, 1);

    u32 pid;
    u32 errors = 0;
    ok(proc_fork(0, &pid));
    if (!pid) { // on the memory of the parent
        u64 id;
        errors += context_switch(a) != ENOTSUP;
        errors += context_switch(MAIN) != ENOTSUP;
        errors += context_destroy(a) != ENOTSUP;
        errors += context_create(&id, counts) != ENOTSUP;
        proc_exit(errors);
    }
    exits_with(pid, 0);
    leave_for(a);
    check(turns, 2);

    ok(proc_fork_env(&pid));
    check(context_switch(a), ENOTSUP);
    ok(run_again("child")); // and the parent again
    exits_with(pid, 4);
    leave_for(a);
    check(turns, 3);
    print("ok\n");
}
