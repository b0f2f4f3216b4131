// The child runs on the parent's memory, which waits until it execs or ends, and
// has descriptors of its own.
//#Build: freestanding asyncify threads
//#ExpectedStdout: child
//#ExpectedStdout: parent
//#ExpectedStdout: exec
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

static volatile u32 changed;

static u32 vfork(void) {
    u32 pid;
    ok(proc_fork(0, &pid));
    return pid;
}

void _start(void) {
    arguments();
    if (argc == 2) {
        print("exec\n");
        proc_exit(9);
    }
    u32 f = open_file("/f", O_CREAT, 0), n;
    u32 pid = vfork();
    if (!pid) {
        print("child\n");
        changed = 1;
        ok(fd_close(f));
        proc_exit(4);
    }
    print("parent\n");
    check(changed, 1);
    check(fd_dup(f, &n), 0);
    wait_for(pid, 4);
    // With exec. One that fails leaves it where it was.
    pid = vfork();
    if (!pid) {
        check(proc_exec3("/none", 5, "none", 4, 0, 0, 0, 0, 0), ENOENT);
        changed = 2;
        run_again("exec");
        proc_exit(1);
    }
    check(changed, 2);
    wait_for(pid, 9);
    // From inside of one: there is no memory to lend twice.
    pid = vfork();
    if (!pid) {
        u32 inner = 0;
        u32 e = proc_fork(0, &inner);
        proc_exit(e == ENOTSUP ? 7 : 1);
    }
    wait_for(pid, 7);
    print("ok\n");
}
