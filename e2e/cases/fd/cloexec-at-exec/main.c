// exec closes descriptors that are marked, and only those, and so does whatever
// else starts a program; fork closes none.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

// start_again runs this program in one of the ways there are.
static u32 start_again(u32 how) {
    const char *args = lines("second"), *name = argv[0];
    u32 n = length(args), len = length(name), pid;
    handles h;
    switch (how) {
    case 0: ok(proc_spawn2(name, len, args, n, 0, 0, 0, 0, 0, 0, 0, 0, 0, &pid)); return pid;
    case 1: ok(proc_spawn(name, len, 0, args, n, "", 0, INHERIT, INHERIT, INHERIT, "", 0, &h)); return h.pid;
    case 2: ok(proc_fork(0, &pid)); break; // vfork
    default: pid = fork();
    }
    if (pid) return pid;
    u64 at;
    ok(fd_tell(50, &at));
    if (how < 4) proc_exit(proc_exec3(name, len, args, n, 0, 0, 0, 0, 0));
    if (how == 4) proc_exec(name, len, args, n);
    proc_exec2(name, len, args, n, "A=B\n", 4);
    proc_exit(1);
}

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
    for (u32 how = 0; how < 6; how++) {
        wait_for(start_again(how), 4);
        ok(fd_tell(50, &at));
    }
    print("ok\n");
}
