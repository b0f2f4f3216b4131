// A process is copied in its main context only; the copy has that one, and may make
// others.
//#Build: freestanding asyncify -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "proc.h"

static u64 a, b;
static u32 turns;

static void counts(void) {
    for (;;) {
        turns++;
        leave_for(MAIN);
    }
}

static void forks(void) {
    u32 pid;
    check(proc_fork(1, &pid), ENOTSUP);
    check(proc_fork(0, &pid), ENOTSUP);
    check(proc_fork_env(&pid), ENOTSUP);
    pid = spawn_again("child", 0, 0);
    join_status status;
    check(join(pid, 0, &status), EXITED);
    check(status.code, 5);
    for (;;) leave_for(MAIN);
}

static void exits_with(u32 pid, u32 code) {
    join_status status;
    check(join(pid, 0, &status), EXITED);
    check(status.code, code);
}

void _start(void) {
    arguments();
    if (argc > 1) proc_exit(5);
    a = context(counts);
    b = context(forks);
    leave_for(a);
    leave_for(b);

    u32 pid = fork();
    if (!pid) {
        check(context_switch(a), EINVAL);
        ok(context_destroy(a));
        u64 id = context(counts);
        leave_for(id);
        leave_for(id);
        check(turns, 3);
        check(fork() ? 1 : (proc_exit(0), 0), 1);
        leave_for(id);
        check(turns, 4);
        proc_exit(6);
    }
    leave_for(a);
    check(turns, 2);
    exits_with(pid, 6);
    print("ok\n");
}
