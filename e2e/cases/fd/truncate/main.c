// A file is cut and lengthened, with zeroes; offsets stay.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), g, done;
    char b[16];
    iovec in = {b, 16};
    write_all(f, "0123456789", 10);
    ok(fd_filestat_set_size(f, 3));
    check(tell(f), 10);
    check(read_some(f, b, 4), 0);
    ok(fd_filestat_set_size(f, 6));
    ok(fd_pread(f, &in, 1, 0, &done));
    check(done, 6);
    check(same(b, "012\0\0\0", 6), 1);
    write_all(f, "x", 1);
    ok(fd_pread(f, &in, 1, 0, &done));
    check(done, 11);
    check(same(b + 6, "\0\0\0\0x", 5), 1);
    ok(fd_allocate(f, 0, 5));
    check(size_of(f), 11);
    ok(fd_allocate(f, 10, 10));
    check(size_of(f), 20);
    ok(open_at(CWD, "/f", O_TRUNC, 0, &g));
    check(size_of(f), 0);
    check(tell(f), 11);
    ok(open_read("/f", &g));
    check(fd_filestat_set_size(g, 1) != 0, 1);
    check(size_of(f), 0);
    print("ok\n");
}
