// exec closes descriptors that are marked, and only those; fork closes none.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

void _start(void) {
    arguments();
    u64 at;
    if (argc == 2) {
        check(fd_tell(50, &at), EBADF);
        ok(fd_tell(51, &at));
        check(at, 2);
        u16 flags;
        ok(fd_fdflags_get(51, &flags));
        check(flags, 0);
        proc_exit(4);
    }
    u32 f = open_file("/f", O_CREAT, 0), n;
    write_all(f, "ab", 2);
    ok(fd_dup2(f, 50, 1, &n));
    ok(fd_dup2(f, 51, 0, &n));
    u32 pid = fork();
    if (!pid) {
        ok(fd_tell(50, &at));
        proc_exit(run_again("second"));
    }
    wait_for(pid, 4);
    ok(fd_tell(50, &at));
    print("ok\n");
}
