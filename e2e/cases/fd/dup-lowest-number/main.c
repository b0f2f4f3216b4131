// dup takes the lowest free number, and F_DUPFD the lowest that is not below its
// argument; numbers that no descriptor can have are refused.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), a, b, c;
    ok(fd_dup(f, &a));
    check(a, f + 1);
    ok(fd_dup(f, &b));
    check(b, f + 2);
    ok(fd_close(a));
    ok(fd_dup(f, &c));
    check(c, a);
    ok(fd_dup2(f, 100, 0, &c));
    check(c, 100);
    ok(fd_dup2(f, 100, 0, &c));
    check(c, 101);
    ok(fd_dup2(f, 0, 0, &c));
    check(c, f + 3);
    c = 7;
    check(fd_dup2(f, 0x7fffffff, 0, &c), EINVAL);
    check(fd_dup2(f, 0xffffffff, 0, &c), EINVAL);
    check(fd_dup(5000, &c), EBADF);
    check(fd_dup(0xffffffff, &c), EBADF);
    check(c, 7);
    print("ok\n");
}
