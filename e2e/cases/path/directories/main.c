// Directories are made and removed.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    filestat st;
    ok(mkdir("/w"));
    ok(go("/w"));
    ok(mkdir("one"));
    ok(mkdir("one/two/"));
    ok(mkdir("./one/../three"));
    ok(mkdir("/w/four"));
    check(mkdir("one"), EEXIST);
    check(mkdir("/"), EEXIST);
    check(mkdir("none/two"), ENOENT);
    put("f", "");
    check(mkdir("f"), EEXIST);
    check(mkdir("f/x"), ENOTDIR);
    ok(stat("one/two", &st));
    check(st.type, DIRECTORY);
    check(rmdir("one"), ENOTEMPTY);
    check(rmdir("f"), ENOTDIR);
    check(unlink("three") != 0, 1);
    ok(exists("three"));
    check(rmdir("none"), ENOENT);
    check(rmdir("one/two/."), EINVAL);
    ok(rmdir("one/two"));
    check(exists("one/two"), ENOENT);
    ok(rmdir("one"));
    ok(rmdir("three/"));
    ok(rmdir("four"));
    ok(unlink("f"));
    ok(go("/"));
    ok(rmdir("/w"));
    check(exists("/w"), ENOENT);
    print("ok\n");
}
