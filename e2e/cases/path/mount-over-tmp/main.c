// A directory can be mapped at a place that the tree has already.
//#Build: freestanding
//#DefaultMappedDirectories: false
//#MappedDirectory: .:/tmp
//#PrefilledFile: there.txt:was there
//#ExpectedFile: made/file:mine
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    contents("/tmp/there.txt", "was there");
    ok(mkdir("/tmp/made"));
    put("/tmp/made/file", "mine");
    ok(exists("/dev/null"));
    print("ok\n");
}
