// Pipes, duplicates, event counters and the working directory.
//#Build: freestanding
//#ExpectedStdout: ok
#include "wasix.h"

static void pipes(void) {
    u32 r, w, w2;
    char b[10];
    ok(fd_pipe(&r, &w));
    ok(fd_dup(w, &w2));
    write_all(w, "one", 3);
    write_all(w2, "two", 3);
    check(read_some(r, b, 10), 6);
    check(same(b, "onetwo", 6), 1);
    ok(fd_close(w));
    write_all(w2, "x", 1);
    ok(fd_close(w2));
    check(read_some(r, b, 10), 1);
    check(read_some(r, b, 10), 0);
    ok(fd_close(r));
    u64 pos;
    ok(fd_pipe(&r, &w));
    check(fd_seek(r, 0, FROM_START, &pos), ESPIPE);
    ok(fd_close(r));
    ok(fd_close(w));
    check(fd_close(w), EBADF);
}

static void events(void) {
    u32 fd;
    u64 v = 5;
    ok(fd_event(2, 0, &fd));
    write_all(fd, &v, 8);
    v = 0;
    check(read_some(fd, &v, 8), 8);
    check(v, 7);
    ok(fd_close(fd));
}

static void directories(void) {
    char b[100];
    u32 n = sizeof b;
    ok(path_create_directory(3, "/here", 5));
    ok(chdir("/here", 5));
    ok(getcwd(b, &n));
    check(same(b, "/here", 5), 1);
    u32 fd = open_file("/here/made", O_CREAT | O_EXCL, 0);
    ok(fd_close(fd));
    filestat st;
    ok(path_filestat_get(3, FOLLOW, "/here/made", 10, &st));
    check(st.nlink, 1);
    check(chdir("/here/made", 10), ENOTDIR);
    check(chdir("/none", 5), ENOENT);
}

void _start(void) {
    pipes();
    events();
    directories();
    print("ok\n");
}
