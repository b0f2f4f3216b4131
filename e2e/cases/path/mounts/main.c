// Mapped directories: seen in two places, beside what the tree has by itself, and
// what is written there is on the host.
//#Build: freestanding
//#PrefilledFile: in.txt:from the host
//#MappedDirectory: .:/mnt/deep/here
//#MappedDirectory: $temp:/fresh
//#ExpectedFile: out.txt:from the guest
//#ExpectedFile: dir/x:x
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    contents("/mnt/deep/here/in.txt", "from the host");
    contents("/data/in.txt", "from the host");
    put("/mnt/deep/here/out.txt", "from the guest");
    contents("/data/out.txt", "from the guest");
    ok(mkdir("/data/dir"));
    put("/mnt/deep/here/dir/x", "x");
    put("/mnt/deep/beside", "only here");
    contents("/mnt/deep/here/../beside", "only here");
    check(exists("/data/beside"), ENOENT);
    check(rmdir("/fresh/x"), ENOENT);
    put("/fresh/y", "y");
    check(exists("/data/y"), ENOENT);
    ok(unlink("/fresh/y"));
    print("ok\n");
}
