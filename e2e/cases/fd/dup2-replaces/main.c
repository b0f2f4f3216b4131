// dup2 (fd_renumber) closes what was there, keeps the source open, and does
// nothing to a descriptor that is both.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 r, w, f = open_file("/f", O_CREAT, 0);
    u16 flags;
    char b[4];
    ok(fd_pipe(&r, &w));
    // The only writer is covered: the reader sees the end.
    ok(fd_renumber(f, w));
    check(read_some(r, b, 4), 0);
    write_all(w, "abc", 3);
    check(tell(f), 3);
    ok(fd_close(f));
    check(tell(w), 3);
    // The same number twice.
    ok(fd_fdflags_set(w, CLOEXEC));
    ok(fd_renumber(w, w));
    ok(fd_fdflags_get(w, &flags));
    check(flags, CLOEXEC);
    // A number that was free, and the copy is not closed on exec.
    ok(fd_renumber(w, 50));
    ok(fd_fdflags_get(50, &flags));
    check(flags, 0);
    check(tell(50), 3);
    check(fd_renumber(49, 50), EBADF);
    check(fd_renumber(w, 0xffffffff), EBADF);
    check(tell(50), 3);
    print("ok\n");
}
