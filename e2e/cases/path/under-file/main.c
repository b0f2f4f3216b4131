// A file is no directory, whatever the path behind it says.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 fd;
    filestat st;
    put("/parent", "x");
    check(open_at(CWD, "/parent/child", O_CREAT, 0, &fd), ENOTDIR);
    check(open_read("/parent/child/deeper", &fd), ENOTDIR);
    check(open_read("/parent/..", &fd), ENOTDIR);
    check(open_read("/parent/.", &fd), ENOTDIR);
    check(stat("/parent/", &st), ENOTDIR);
    check(mkdir("/parent/child"), ENOTDIR);
    check(unlink("/parent/child"), ENOTDIR);
    check(rename("/parent/a", "/b"), ENOTDIR);
    check(rename("/parent", "/parent/b"), ENOTDIR);
    check(open_dir("/parent", &fd), ENOTDIR);
    contents("/parent", "x");
    print("ok\n");
}
