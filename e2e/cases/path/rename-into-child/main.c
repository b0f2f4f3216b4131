// A directory cannot become a part of itself.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    ok(go("/"));
    ok(mkdir("/p"));
    ok(mkdir("/p/c"));
    check(rename("/p", "/p/c/d"), EINVAL);
    check(rename("/p", "/p/new"), EINVAL);
    check(rename("/p", "/p/c"), EINVAL);
    check(rename("/p/c", "/p"), ENOTEMPTY);
    ok(symlink("/p/c", "/s"));
    check(rename("/p", "/s/d"), EINVAL);
    ok(exists("/p/c"));
    ok(mkdir("/pc")); // begins like it and is another one
    ok(rename("/p", "/pc/p"));
    ok(exists("/pc/p/c"));
    print("ok\n");
}
