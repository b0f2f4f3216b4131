// O_APPEND and O_NONBLOCK can be changed while a file is open, and have effect.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 r, w, f = open_file("/f", O_CREAT, 0), done;
    char b[10];
    iovec in = {b, 1};
    fdstat st;
    u64 at;
    ok(fd_pipe(&r, &w));
    ok(fd_fdstat_set_flags(r, FD_NONBLOCK));
    check(fd_read(r, &in, 1, &done), EAGAIN);
    ok(fd_fdstat_get(r, &st));
    check(st.flags, FD_NONBLOCK);
    ok(fd_fdstat_get(w, &st));
    check(st.flags, 0);

    write_all(f, "0123456789", 10);
    ok(fd_fdstat_set_flags(f, FD_APPEND));
    ok(fd_seek(f, 2, FROM_START, &at));
    write_all(f, "ab", 2);
    check(tell(f), 12);
    ok(fd_filestat_set_size(f, 4));
    write_all(f, "cd", 2);
    check(tell(f), 6);
    ok(fd_fdstat_set_flags(f, 0));
    ok(fd_seek(f, 1, FROM_START, &at));
    write_all(f, "X", 1);
    ok(fd_close(f));
    contents("/f", "0X23cd");
    check(fd_fdstat_set_flags(r, 0x100), EINVAL);
    print("ok\n");
}
