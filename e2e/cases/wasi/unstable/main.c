// The module of before preview1: its seeks count otherwise, and its file status is
// shorter; both are the same files.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

#define OLD(name) __attribute__((import_module("wasi_unstable"), import_name(#name)))

typedef struct {
    u64 dev, ino;
    u8 type;
    u32 nlink;
    u64 size, atim, mtim, ctim;
} old_filestat;

_Static_assert(sizeof(old_filestat) == 56, "");

enum { OLD_HERE, OLD_END, OLD_START };

OLD(fd_seek) u32 old_seek(u32 fd, s64 offset, u32 whence, u64 *pos);
OLD(fd_filestat_get) u32 old_fd_filestat_get(u32 fd, old_filestat *st);
OLD(path_filestat_get) u32 old_path_filestat_get(u32 fd, u32 lookup, const char *path, u32 len, old_filestat *st);
OLD(fd_read) u32 old_read(u32 fd, const iovec *iov, u32 n, u32 *done);

void _start(void) {
    u32 f = open_file("/f", O_CREAT, 0), done;
    u64 at;
    char b[8];
    iovec iov = {b, 8};
    struct {
        old_filestat st;
        u64 guard;
    } x = {.guard = 0x1234};
    write_all(f, "0123456789", 10);
    ok(link("/f", "/g"));
    ok(old_seek(f, 2, OLD_START, &at));
    check(at, 2);
    ok(old_seek(f, 3, OLD_HERE, &at));
    check(at, 5);
    ok(old_read(f, &iov, 1, &done));
    check(done, 5);
    check(same(b, "56789", 5), 1);
    ok(old_seek(f, -1, OLD_END, &at));
    check(at, 9);
    check(old_seek(f, 0, 3, &at), EINVAL);
    ok(old_fd_filestat_get(f, &x.st));
    check(x.st.type, FILE);
    check(x.st.nlink, 2);
    check(x.st.size, 10);
    check(x.guard, 0x1234);
    filestat now;
    ok(stat("/g", &now));
    ok(old_path_filestat_get(3, 0, "g", 1, &x.st));
    check(x.st.ino, now.ino);
    check(x.st.mtim, now.mtim);
    print("ok\n");
}
