// A program may close its standard streams; their numbers are taken by what it
// opens next.
//#Build: freestanding
//#ExpectedStdout: first
//#ExpectedStderr: last
#include "fs.h"

void _start(void) {
    u32 done;
    iovec x = {"x", 1};
    print("first\n");
    ok(fd_close(0));
    if (fd_close(1)) proc_exit(2);
    if (fd_close(1) != EBADF) proc_exit(3);
    if (fd_write(1, &x, 1, &done) != EBADF) proc_exit(4);
    if (open_file("/in", O_CREAT, 0) != 0) proc_exit(5);
    if (open_file("/out", O_CREAT, 0) != 1) proc_exit(6);
    print("to the file\n");
    if (size_of(1) != 12) proc_exit(7);
    write_all(2, "last\n", 5);
    if (fd_close(2)) proc_exit(8);
    proc_exit(0);
}
