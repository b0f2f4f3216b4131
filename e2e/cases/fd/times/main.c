// The times of a file: set, kept, and changed by what is done to it.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0);
    filestat a, b;
    ok(fd_filestat_set_times(f, 1000000000ull, 2000000001ull, ATIM | MTIM));
    ok(stat("/f", &a));
    check(a.atim, 1000000000ull);
    check(a.mtim, 2000000001ull);
    ok(path_filestat_set_times(CWD, FOLLOW, "/f", 2, 3000000000ull, 5, ATIM));
    ok(stat("/f", &a));
    check(a.atim, 3000000000ull);
    check(a.mtim, 2000000001ull);
    write_all(f, "x", 1);
    ok(stat("/f", &b));
    check(b.mtim > a.mtim, 1);
    check(b.ctim >= a.ctim, 1);
    u64 before, after;
    ok(clock_time_get(REALTIME, 1, &before));
    ok(fd_filestat_set_times(f, 0, 0, ATIM_NOW | MTIM_NOW));
    ok(clock_time_get(REALTIME, 1, &after));
    ok(fd_filestat_get(f, &b));
    check(b.mtim >= before && b.mtim <= after, 1);
    check(b.atim, b.mtim);
    check(fd_filestat_set_times(f, 1, 1, ATIM | ATIM_NOW), EINVAL);
    print("ok\n");
}
