// Opening through a symbolic link: to read, write, append, create, cut; and when
// links are not followed.
//#Build: freestanding
//#PrefilledFile: target.txt:from outside
//#ExpectedFile: target.txt:from outside, appended
//#ExpectedFile: made.txt:made
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 fd;
    filestat st;
    ok(symlink("/data/target.txt", "/absolute"));
    ok(symlink("data/target.txt", "/relative"));
    ok(symlink("/data/made.txt", "/dangling"));
    contents("/absolute", "from outside");
    contents("/relative", "from outside");
    ok(open_at(CWD, "/relative", 0, FD_APPEND, &fd));
    write_all(fd, ", appended", 10);
    ok(fd_close(fd));
    check(open_read("/dangling", &fd), ENOENT);
    check(open_at(CWD, "/dangling", O_CREAT | O_EXCL, 0, &fd), EEXIST);
    put("/dangling", "made");
    ok(lstat("/dangling", &st));
    check(st.type, SYMLINK);
    check(path_open2(CWD, 0, "/absolute", 9, 0, RIGHT_READ, 0, 0, 0, &fd), ELOOP);
    check(open_dir("/absolute", &fd), ENOTDIR);
    ok(symlink("target", "/to-be-cut"));
    put("/target", "long contents");
    ok(open_at(CWD, "/to-be-cut", O_TRUNC, 0, &fd));
    write_all(fd, "short", 5);
    contents("/target", "short");
    ok(unlink("/to-be-cut"));
    contents("/target", "short");
    print("ok\n");
}
