// Where a seek leads to, and where it cannot.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), r, w;
    u64 at = 77;
    char b[4];
    write_all(f, "abc", 3);
    ok(fd_seek(f, -2, FROM_END, &at));
    check(at, 1);
    ok(fd_seek(f, 1, FROM_HERE, &at));
    check(at, 2);
    check(read_some(f, b, 4), 1);
    check(b[0], 'c');
    check(fd_seek(f, -1, FROM_START, &at), EINVAL);
    check(fd_seek(f, -4, FROM_END, &at), EINVAL);
    check(fd_seek(f, 0, 3, &at), EINVAL);
    check(at, 2);
    check(tell(f), 3);
    ok(fd_seek(f, 10, FROM_START, &at));
    check(read_some(f, b, 4), 0);
    check(size_of(f), 3);
    write_all(f, "z", 1);
    check(size_of(f), 11);
    ok(fd_pipe(&r, &w));
    check(fd_seek(w, 0, FROM_END, &at), ESPIPE);
    print("ok\n");
}
