// A program that makes a pipe its standard output reads what it prints.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 r, w, saved;
    char b[16];
    ok(fd_pipe(&r, &w));
    ok(fd_dup(1, &saved));
    ok(fd_renumber(w, 1));
    ok(fd_close(w));
    print("caught");
    check(fd_datasync(1), EINVAL);
    ok(fd_renumber(saved, 1));
    check(read_some(r, b, 16), 6);
    check(same(b, "caught", 6), 1);
    check(read_some(r, b, 16), 0);
    print("ok\n");
}
