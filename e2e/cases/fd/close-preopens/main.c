// Programs that close all descriptors do not lose the directories that they were
// started with: libc could not open anything then.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 n = 0, fd, kind[2];
    char name[8] = {0};
    while (fd_prestat_get(3 + n, kind) == 0) n++;
    check(n > 0, 1);
    for (u32 i = 0; i < n + 5; i++) check(fd_close(3 + i), i < n ? 0 : EBADF);
    ok(fd_prestat_get(3, kind));
    check(kind[1], 1);
    ok(fd_prestat_dir_name(3, name, 1));
    check(name[0], '/');
    put("/f", "still here");
    contents("/f", "still here");
    filestat st;
    ok(stat_at(3, "f", &st));
    // What is opened is no such directory, and is closed as anything else.
    ok(open_dir("/", &fd));
    check(fd, 3 + n);
    check(fd_prestat_get(fd, kind) != 0, 1);
    ok(fd_close(fd));
    check(fd_close(fd), EBADF);
    print("ok\n");
}
