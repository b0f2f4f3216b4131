// A program whose stack cannot be unwound gets ENOTSUP from fork, and makes its
// vfork of proc_fork_env: it acts for the child itself until that execs or ends.
//#Build: freestanding
//#ExpectedStdout: exec
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

void _start(void) {
    u32 pid, me = self(), f;
    arguments();
    if (argc == 2) {
        u64 at;
        print("exec\n");
        check(self() != me || 1, 1);
        check(fd_tell(20, &at), 0);
        proc_exit(9);
    }
    check(proc_fork(1, &pid), ENOTSUP);
    check(proc_fork(0, &pid), ENOTSUP);
    f = open_file("/f", O_CREAT, 0);
    ok(proc_fork_env(&pid));
    check(self() != me, 1);
    ok(fd_renumber(f, 20));
    ok(go("/tmp"));
    u32 inner;
    check(proc_fork_env(&inner), ENOTSUP);
    check(proc_exec3("/none", 5, "none", 4, 0, 0, 0, 0, 0), ENOENT);
    ok(run_again("exec"));
    // The parent again: descriptors and directory are its own.
    check(self(), me);
    u64 at;
    check(fd_tell(20, &at), EBADF);
    char b[8];
    u32 n = sizeof b;
    check(getcwd(b, &n) != 0 || !equal(b, "/tmp"), 1);
    wait_for(pid, 9);
    print("ok\n");
}
