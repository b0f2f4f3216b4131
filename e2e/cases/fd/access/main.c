// What a descriptor was not opened for fails: reading, writing, growing.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 f, done, r, w;
    char b[4] = "new";
    iovec iov = {b, 3};
    put("/f", "old");
    ok(open_read("/f", &f));
    check(fd_write(f, &iov, 1, &done) != 0, 1);
    check(fd_pwrite(f, &iov, 1, 0, &done) != 0, 1);
    check(read_some(f, b, 3), 3);
    ok(fd_close(f));
    ok(path_open2(CWD, FOLLOW, "/f", 2, 0, RIGHT_WRITE, 0, 0, 0, &f));
    check(fd_read(f, &iov, 1, &done) != 0, 1);
    write_all(f, "N", 1);
    ok(fd_close(f));
    contents("/f", "Nld");
    ok(fd_pipe(&r, &w));
    check(fd_write(r, &iov, 1, &done) != 0, 1);
    check(fd_read(w, &iov, 1, &done) != 0, 1);
    // Rights can be given up, and do not come back.
    ok(open_at(CWD, "/f", 0, 0, &f));
    ok(fd_fdstat_set_rights(f, RIGHT_READ, 0));
    check(fd_write(f, &iov, 1, &done), EACCES);
    check(fd_fdstat_set_rights(f, RIGHT_READ | RIGHT_WRITE, 0), ENOTCAPABLE);
    check(read_some(f, b, 3), 3);
    print("ok\n");
}
