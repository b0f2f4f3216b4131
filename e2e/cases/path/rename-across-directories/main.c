// Files are renamed from one mapped directory to another and to the memory's
// /tmp, and arrive with their contents.
//#Build: freestanding
//#MappedDirectory: $temp:/one
//#MappedDirectory: $temp:/two
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    static const char *const dirs[] = {"/tmp/f", "/one/f", "/two/g", "/one/h", "/tmp/i", "/two/f"};
    put(dirs[0], "contents");
    for (u32 i = 1; i < sizeof dirs / sizeof *dirs; i++) {
        check_at(dirs[i], rename(dirs[i - 1], dirs[i]), 0);
        contents(dirs[i], "contents");
        check(exists(dirs[i - 1]), ENOENT);
    }
    ok(mkdir("/one/d"));
    put("/one/d/x", "x");
    ok(rename("/one/d", "/two/d"));
    contents("/two/d/x", "x");
    check(exists("/one/d"), ENOENT);
    print("ok\n");
}
