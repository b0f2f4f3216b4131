// A process has so many descriptors and no more; what is closed can be opened.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), n = 0, last = f, e, r = 7, w = 7, more;
    while ((e = fd_dup(f, &more)) == 0) {
        check(more, last + 1);
        last = more;
        if (++n > 200000) proc_exit(3);
    }
    check(e, EMFILE);
    check(n > 100, 1);
    check(open_at(CWD, "/f", 0, 0, &more), EMFILE);
    check(fd_pipe(&r, &w), EMFILE);
    check(fd_event(0, 0, &more), EMFILE);
    ok(fd_close(last));
    check(fd_pipe(&r, &w), EMFILE); // one is not enough for two
    ok(fd_close(last - 1));
    ok(fd_pipe(&r, &w));
    check(w + r, last + last - 1);
    print("ok\n");
}
