// /dev: nothing, zeroes, chance, and the standard streams by name.
//#Build: freestanding
//#Stdin: typed
//#ExpectedStdout: to stdout
//#ExpectedStdout: ok
//#ExpectedStderr: to stderr
#include "fs.h"

static u32 device(const char *path, u64 rights) {
    u32 fd;
    check_at(path, path_open2(CWD, FOLLOW, path, length(path), 0, rights, 0, 0, 0, &fd), 0);
    return fd;
}

void _start(void) {
    char b[64], c[64];
    filestat st;
    u32 null = device("/dev/null", ALL), zero = device("/dev/zero", ALL), chance = device("/dev/urandom", RIGHT_READ);
    write_all(null, "gone", 4);
    check(read_some(null, b, 64), 0);
    b[63] = 1;
    check(read_some(zero, b, 64), 64);
    for (u32 i = 0; i < 64; i++) check(b[i], 0);
    check(read_some(chance, b, 64), 64);
    check(read_some(chance, c, 64), 64);
    check(same(b, c, 64), 0);
    ok(fd_filestat_get(null, &st));
    check(st.type, 2); // a character device
    check(read_some(device("/dev/stdin", RIGHT_READ), b, 64), 5);
    check(same(b, "typed", 5), 1);
    write_all(device("/dev/stderr", RIGHT_WRITE), "to stderr\n", 10);
    write_all(device("/dev/stdout", RIGHT_WRITE), "to stdout\n", 10);
    ok(symlink("/dev/null", "/n"));
    put("/n", "gone, too");
    check(open_read("/dev/none", &null), ENOENT);
    print("ok\n");
}
