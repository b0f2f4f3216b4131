// pread and pwrite leave the offset alone; on what has none they fail.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), done, r, w;
    char b[16] = {0};
    iovec in[2] = {{b, 2}, {b + 2, 14}}, out[2] = {{"AB", 2}, {"C", 1}};
    write_all(f, "0123456789", 10);
    ok(fd_pread(f, in, 2, 4, &done));
    check(done, 6);
    check(same(b, "456789", 6), 1);
    check(tell(f), 10);
    ok(fd_pwrite(f, out, 2, 1, &done));
    check(done, 3);
    check(tell(f), 10);
    // Past the end: nothing is read, and writing leaves a hole.
    ok(fd_pread(f, in, 2, 100, &done));
    check(done, 0);
    ok(fd_pwrite(f, out, 1, 12, &done));
    check(size_of(f), 14);
    ok(fd_pread(f, in, 2, 8, &done));
    check(done, 6);
    check(same(b, "89\0\0AB", 6), 1);
    ok(fd_close(f));
    ok(fd_pipe(&r, &w));
    check(fd_pread(r, in, 1, 0, &done), ESPIPE);
    check(fd_pwrite(w, out, 1, 0, &done), ESPIPE);
    print("ok\n");
}
