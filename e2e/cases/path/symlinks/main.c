// Where links lead to: from their own directory, through others, in circles.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    char b[16];
    u32 n, fd;
    filestat st;
    ok(mkdir("/a"));
    ok(mkdir("/a/b"));
    put("/a/f", "a's");
    put("/f", "root's");
    ok(symlink("f", "/a/s"));
    ok(symlink("../f", "/a/b/up"));
    ok(symlink("../../a", "/a/b/loop")); // to its own parent
    contents("/a/s", "a's");
    contents("/a/b/up", "a's");
    contents("/a/b/loop/b/loop/b/up", "a's");
    ok(symlink("/../../f", "/a/root"));
    contents("/a/root", "root's");
    ok(path_readlink(CWD, "/a/b/up", 7, b, 16, &n));
    check(n, 4);
    check(same(b, "../f", 4), 1);
    ok(path_readlink(CWD, "/a/b/up", 7, b, 2, &n)); // cut to what fits
    check(n, 2);
    check(path_readlink(CWD, "/f", 2, b, 16, &n), EINVAL);
    ok(lstat("/a/b/up", &st));
    check(st.size, 4);
    // ".." behind a link is that of where it leads to.
    ok(symlink("/a/b", "/short"));
    contents("/short/../f", "a's");
    check(symlink("x", "/a/s"), EEXIST);
    ok(symlink("two", "/circle"));
    ok(symlink("circle", "/two"));
    check(open_read("/circle", &fd), ELOOP);
    check(open_at(CWD, "/two", O_CREAT, 0, &fd), ELOOP);
    ok(unlink("/circle"));
    // Links may be many, but not without end.
    char name[] = "/l00", to[] = "l00";
    put("/l00", "end");
    for (u32 i = 1; i <= 60; i++) {
        to[1] = name[2];
        to[2] = name[3];
        name[2] = (char)('0' + i / 10);
        name[3] = (char)('0' + i % 10);
        ok(symlink(to, name));
    }
    contents("/l08", "end");
    check(open_read("/l60", &fd), ELOOP);
    print("ok\n");
}
