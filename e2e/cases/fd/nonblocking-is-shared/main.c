// Whether a descriptor waits belongs to the open file: its copies and a child's
// have it too, the other end and another open of the same file do not.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

static u32 flags_of(u32 fd) {
    fdstat st;
    ok(fd_fdstat_get(fd, &st));
    return st.flags;
}

void _start(void) {
    u32 r, w, copy, moved, done;
    char b;
    iovec iov = {&b, 1};
    ok(fd_pipe(&r, &w));
    ok(fd_dup(r, &copy));
    ok(fd_dup2(r, 60, 1, &moved));
    ok(fd_fdstat_set_flags(copy, FD_NONBLOCK));
    check(flags_of(r), FD_NONBLOCK);
    check(flags_of(60), FD_NONBLOCK);
    check(flags_of(w), 0);
    check(fd_read(r, &iov, 1, &done), EAGAIN);
    u32 pid = fork();
    if (!pid) {
        check(fd_read(60, &iov, 1, &done), EAGAIN);
        ok(fd_fdstat_set_flags(r, 0));
        proc_exit(0);
    }
    wait_for(pid, 0);
    check(flags_of(copy), 0);
    // It waits again.
    pid = fork();
    if (!pid) {
        check(read_some(60, &b, 1), 1);
        proc_exit((u32)b);
    }
    b = 'p';
    write_all(w, &b, 1);
    wait_for(pid, 'p');
    u32 f = open_file("/f", O_CREAT, 0), g = open_file("/f", 0, 0);
    ok(fd_fdstat_set_flags(f, FD_APPEND));
    check(flags_of(g), 0);
    print("ok\n");
}
