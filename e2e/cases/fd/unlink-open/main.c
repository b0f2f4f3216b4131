// An unlinked file lives on in its descriptors; a new one of the name is another.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), g, n;
    filestat st, other;
    char b[8];
    write_all(f, "old", 3);
    ok(fd_dup(f, &g));
    ok(unlink("/f"));
    check(exists("/f"), ENOENT);
    put("/f", "new one");
    ok(fd_close(f));
    ok(fd_filestat_get(g, &st));
    ok(stat("/f", &other));
    check(st.nlink, 0);
    check(st.size, 3);
    check(st.ino != other.ino, 1);
    u32 pid = fork();
    if (!pid) {
        write_all(g, "er", 2);
        proc_exit(0);
    }
    wait_for(pid, 0);
    iovec iov = {b, 8};
    ok(fd_pread(g, &iov, 1, 0, &n));
    check(n, 5);
    check(same(b, "older", 5), 1);
    contents("/f", "new one");
    // A directory that is removed while it is open.
    ok(mkdir("/d"));
    ok(open_dir("/d", &g));
    ok(rmdir("/d"));
    check(mkdir_at(g, "x"), ENOENT);
    ok(fd_filestat_get(g, &st));
    check(st.type, DIRECTORY);
    print("ok\n");
}
