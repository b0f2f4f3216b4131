// Regular files, directories and devices are always ready; standard input is at
// its end.
//#Build: freestanding
//#ExpectedStdout: ok
#include "poll.h"
#include "fs.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), null = open_file("/dev/null", 0, 0), n;
    char b[1];
    check(ready(f, FD_READ), 1);
    check(ready(f, FD_WRITE), 1);
    check(ready(null, FD_READ), 1);
    check(ready(null, FD_WRITE), 1);
    check(ready(1, FD_WRITE), 1);
    subscription in = {.type = FD_READ, .fd = 0};
    event out;
    ok(poll_oneoff(&in, &out, 1, &n));
    check(n, 1);
    check(read_some(0, b, 1), 0);
    print("ok\n");
}
