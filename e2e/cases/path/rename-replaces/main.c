// What a rename puts in another's place: a file for a file, a directory for an
// empty one.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 old, moved;
    filestat st;
    put("/a", "a");
    put("/b", "bb");
    ok(open_read("/a", &moved));
    ok(open_read("/b", &old));
    ok(rename("/a", "/b"));
    contents("/b", "a");
    check(exists("/a"), ENOENT);
    check(size_of(old), 2); // it lives on
    ok(fd_filestat_get(old, &st));
    check(st.nlink, 0);
    check(size_of(moved), 1);
    ok(mkdir("/d"));
    ok(mkdir("/e"));
    put("/d/x", "x");
    check(rename("/e", "/d"), ENOTEMPTY);
    check(rename("/b", "/d"), EISDIR);
    check(rename("/d", "/b"), ENOTDIR);
    ok(rename("/d", "/e"));
    contents("/e/x", "x");
    ok(rename("/e", "/fresh"));
    contents("/fresh/x", "x");
    // The link itself is replaced, not what it leads to.
    ok(symlink("/b", "/s"));
    put("/c", "c");
    ok(rename("/c", "/s"));
    ok(lstat("/s", &st));
    check(st.type, FILE);
    contents("/b", "a");
    check(rename("/s", "/none/s"), ENOENT);
    print("ok\n");
}
