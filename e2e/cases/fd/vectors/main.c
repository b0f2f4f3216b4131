// Reads and writes of several buffers, some of them empty.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), done, r, w;
    char a[3], b[5];
    iovec out[4] = {{"ab", 2}, {0, 0}, {"c", 1}, {"defgh", 5}};
    iovec in[3] = {{a, 3}, {0, 0}, {b, 5}};
    u64 at;
    ok(fd_pipe(&r, &w));
    for (u32 round = 0; round < 2; round++) {
        ok(fd_write(round ? w : f, out, 4, &done));
        check(done, 8);
        if (!round) ok(fd_seek(f, 0, FROM_START, &at));
        ok(fd_read(round ? r : f, in, 3, &done));
        check(done, 8);
        check(same(a, "abc", 3) && same(b, "defgh", 5), 1);
    }
    ok(fd_write(f, out, 0, &done));
    check(done, 0);
    ok(fd_read(r, in, 0, &done)); // nothing to fill: it does not wait
    check(done, 0);
    print("ok\n");
}
