// Parent and child share the open files behind their descriptors, but not the
// descriptors.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), g = open_file("/g", O_CREAT, 0), n;
    u64 at;
    fdstat st;
    write_all(f, "parent", 6);
    u32 pid = fork();
    if (!pid) {
        check(tell(f), 6);
        write_all(f, " child", 6);
        ok(fd_fdstat_set_flags(f, FD_APPEND));
        ok(fd_fdflags_set(f, CLOEXEC));
        ok(fd_close(g));
        ok(fd_dup2(f, 70, 0, &n));
        proc_exit(0);
    }
    wait_for(pid, 0);
    check(tell(f), 12);
    ok(fd_fdstat_get(f, &st));
    check(st.flags, FD_APPEND);
    u16 flags;
    ok(fd_fdflags_get(f, &flags));
    check(flags, 0);
    write_all(g, "open", 4);
    check(fd_tell(70, &at), EBADF);
    ok(fd_seek(f, 0, FROM_START, &at));
    write_all(f, "!", 1);
    contents("/f", "parent child!");
    // The current directory is each one's own.
    ok(mkdir("/d"));
    pid = fork();
    if (!pid) {
        ok(go("/d"));
        put("x", "child's");
        proc_exit(0);
    }
    wait_for(pid, 0);
    check(exists("x"), ENOENT);
    contents("/d/x", "child's");
    print("ok\n");
}
