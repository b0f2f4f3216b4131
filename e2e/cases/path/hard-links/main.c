// One file under several names, until the last one is gone.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    filestat st;
    ok(mkdir("/d"));
    put("/a", "first");
    ok(link("/a", "/b"));
    ok(link("/a", "/d/c"));
    put("/b", "second");
    contents("/a", "second");
    contents("/d/c", "second");
    check(link("/a", "/b"), EEXIST);
    check(link("/none", "/x"), ENOENT);
    check(link("/d", "/x"), EPERM);
    ok(stat("/a", &st));
    check(st.nlink, 3);
    ok(unlink("/a"));
    ok(rename("/b", "/e"));
    ok(stat("/d/c", &st));
    check(st.nlink, 2);
    contents("/e", "second");
    // Of a link: the link, unless it is followed.
    ok(symlink("/e", "/s"));
    ok(link("/s", "/s2"));
    ok(lstat("/s2", &st));
    check(st.type, SYMLINK);
    ok(path_link(CWD, FOLLOW, "/s", 2, CWD, "/f", 2));
    ok(lstat("/f", &st));
    check(st.type, FILE);
    check(st.nlink, 3);
    print("ok\n");
}
