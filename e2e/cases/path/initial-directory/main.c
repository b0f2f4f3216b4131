// A program starts where it is told to, or else in the directory of its case; a
// file there is found by its bare name.
//#Build: freestanding
//#Config: own
//#PrefilledFile: hello.txt:hello
//#ExpectedStdout: hello
//#Config: data
//#CurrentDirectory: /data
//#PrefilledFile: hello.txt:hello
//#ExpectedStdout: hello
//#Config: home
//#DefaultMappedDirectories: false
//#MappedDirectory: .:/home
//#CurrentDirectory: /home
//#PrefilledFile: hello.txt:hello
//#ExpectedStdout: hello
#include "fs.h"

void _start(void) {
    u32 f;
    char b[10];
    ok(open_read("hello.txt", &f));
    u32 n = read_some(f, b, 10);
    write_all(1, b, n);
    print("\n");
}
