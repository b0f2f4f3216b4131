// A rename to the same file changes nothing, under one name or two.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    filestat st;
    put("/f", "text");
    ok(rename("/f", "/f"));
    ok(rename("/f", "/./tmp/../f"));
    contents("/f", "text");
    ok(link("/f", "/g"));
    ok(rename("/f", "/g"));
    contents("/f", "text");
    contents("/g", "text");
    ok(stat("/f", &st));
    check(st.nlink, 2);
    ok(mkdir("/d"));
    ok(rename("/d", "/d"));
    ok(exists("/d"));
    check(rename("/none", "/none"), ENOENT);
    print("ok\n");
}
