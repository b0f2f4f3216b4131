// FD_CLOEXEC belongs to the descriptor, not to the open file.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

static u32 flags_of(u32 fd) {
    u16 flags;
    ok(fd_fdflags_get(fd, &flags));
    return flags;
}

void _start(void) {
    u32 a, b, c;
    ok(path_open2(CWD, FOLLOW, "/f", 2, O_CREAT, ALL, ALL, 0, CLOEXEC, &a));
    check(flags_of(a), CLOEXEC);
    ok(fd_dup(a, &b));
    check(flags_of(b), 0);
    ok(fd_dup2(a, 0, 1, &c));
    check(flags_of(c), CLOEXEC);
    ok(fd_dup2(a, 0, 0, &c));
    check(flags_of(c), 0);
    ok(fd_fdflags_set(a, 0));
    check(flags_of(a), 0);
    ok(fd_fdflags_set(c, CLOEXEC));
    check(flags_of(c), CLOEXEC);
    check(flags_of(a), 0);
    check(fd_fdflags_set(a, 2), EINVAL);
    check(fd_fdflags_set(99, 0), EBADF);
    // The status flags are others.
    ok(fd_fdstat_set_flags(a, FD_NONBLOCK));
    check(flags_of(c), CLOEXEC);
    print("ok\n");
}
