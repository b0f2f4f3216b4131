// Two contexts that switch for ever do not keep others from their turn: a child that
// does nothing else is killed.
//#Build: freestanding -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "proc.h"

static u32 up;

static void other(void) {
    for (u32 i = 0;; i++) {
        if (i == 100) print("x");
        leave_for(MAIN);
    }
}

void _start(void) {
    arguments();
    if (argc > 1) {
        u64 id = context(other);
        for (;;) leave_for(id);
    }
    u32 pids[3], r;
    char c;
    ok(fd_pipe(&r, &up));
    spawn_op ops[] = {{.cmd = OP_DUP2, .src = up, .fd = 1}};
    for (u32 i = 0; i < 3; i++) pids[i] = spawn_again("child", ops, 1);
    for (u32 i = 0; i < 3; i++) check(read_some(r, &c, 1), 1);
    for (u32 i = 0; i < 3; i++) {
        ok(proc_signal(pids[i], SIGKILL));
        killed_by(pids[i], SIGKILL);
    }
    print("ok\n");
}
