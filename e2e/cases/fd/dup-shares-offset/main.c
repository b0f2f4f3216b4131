// Duplicates of a descriptor share offset and status flags; a second open of the
// same file does not.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 a, b, c;
    char t[8];
    fdstat st;
    put("/f", "0123456789");
    ok(open_at(CWD, "/f", 0, 0, &a));
    ok(fd_dup(a, &b));
    ok(open_at(CWD, "/f", 0, 0, &c));
    check(read_some(a, t, 3), 3);
    check(tell(b), 3);
    check(tell(c), 0);
    check(read_some(b, t, 2), 2);
    check(same(t, "34", 2), 1);
    check(tell(a), 5);
    ok(fd_fdstat_set_flags(b, FD_APPEND));
    ok(fd_fdstat_get(a, &st));
    check(st.flags, FD_APPEND);
    ok(fd_fdstat_get(c, &st));
    check(st.flags, 0);
    write_all(a, "+", 1);
    check(tell(b), 11);
    ok(fd_close(a));
    u64 at;
    ok(fd_seek(b, -1, FROM_HERE, &at));
    check(read_some(b, t, 8), 1);
    check(t[0], '+');
    print("ok\n");
}
