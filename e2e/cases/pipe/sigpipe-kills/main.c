// A writer that does nothing about SIGPIPE is ended by it.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    u32 r, w;
    ok(fd_pipe(&r, &w));
    u32 pid = fork();
    if (!pid) {
        ok(fd_close(r));
        for (;;) write_all(w, "more and more", 13);
    }
    ok(fd_close(w));
    char b[13];
    check(read_some(r, b, 13), 13);
    ok(fd_close(r));
    killed_by(pid, SIGPIPE);
    print("ok\n");
}
