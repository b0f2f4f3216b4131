// A child has the thread-locals of the thread that forked, with its values, and
// threads of its own have fresh ones.
//#Build: freestanding threads asyncify
//#ExpectedStdout: ok
#include "proc.h"
#include "thread.h"

static _Thread_local u32 mine = 1;

static void fresh(void *arg) {
    (void)arg;
    check(mine++, 1);
}

void _start(void) {
    mine = 30;
    u32 pid = fork();
    if (!pid) {
        check(mine++, 30);
        finish(start(0, fresh, 0));
        check(mine, 31);
        proc_exit(mine);
    }
    check(mine, 30);
    finish(start(0, fresh, 0));
    wait_for(pid, 31);
    check(mine, 30);
    print("ok\n");
}
