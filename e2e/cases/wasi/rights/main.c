// A program of preview1 can do with a descriptor what its rights say.
//#Build: libc
//#ExpectedStdout: ok
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <wasi/api.h>

int main(void) {
    __wasi_fdstat_t st;
    __wasi_size_t n;
    __wasi_filesize_t at;
    unsigned char b[4] = "abc";
    __wasi_ciovec_t out = {b, 3};
    __wasi_iovec_t in = {b, 3};
    int f = open("/f", O_RDWR | O_CREAT, 0666);
    if (f < 0 || __wasi_fd_fdstat_get(f, &st) || !(st.fs_rights_base & __WASI_RIGHTS_FD_WRITE)) return 1;
    __wasi_rights_t less = __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_TELL;
    if (__wasi_fd_fdstat_set_rights(f, less, 0) || __wasi_fd_fdstat_get(f, &st) || st.fs_rights_base != less) return 2;
    if (__wasi_fd_write(f, &out, 1, &n) || n != 3) return 3;
    if (__wasi_fd_read(f, &in, 1, &n) != ENOTCAPABLE) return 4;
    if (__wasi_fd_seek(f, 0, __WASI_WHENCE_SET, &at) != ENOTCAPABLE) return 5;
    if (__wasi_fd_tell(f, &at) || at != 3) return 6;
    if (__wasi_fd_fdstat_set_rights(f, less | __WASI_RIGHTS_FD_READ, 0) != ENOTCAPABLE) return 7;
    if (__wasi_fd_fdstat_set_flags(f, 0) != ENOTCAPABLE) return 8;
    // What is opened below a directory has at most what that passes on.
    int dir = open("/", O_RDONLY | O_DIRECTORY);
    __wasi_fd_t g;
    if (__wasi_fd_fdstat_set_rights(dir, __WASI_RIGHTS_PATH_OPEN, __WASI_RIGHTS_FD_READ)) return 9;
    if (__wasi_path_open(dir, 0, "f", 0, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE, 0, 0, &g)) return 10;
    if (__wasi_fd_write(g, &out, 1, &n) != ENOTCAPABLE) return 11;
    if (__wasi_fd_read(g, &in, 1, &n) || n != 3) return 12;
    if (__wasi_path_unlink_file(dir, "f") != ENOTCAPABLE) return 13;
    puts("ok");
}
