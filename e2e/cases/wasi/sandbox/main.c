// A program of preview1 sees what is below its directories, and nothing else,
// whatever its paths say.
//#Build: libc
//#ExpectedStdout: ok
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

int main(void) {
    // Descriptors begin with the root; calls take paths below it.
    __wasi_prestat_t pre;
    if (__wasi_fd_prestat_get(3, &pre) || __wasi_fd_prestat_get(99, &pre) != EBADF) return 1;
    if (mkdir("/box", 0777)) return 2;
    int box = open("/box", O_RDONLY | O_DIRECTORY), f = open("/outside", O_WRONLY | O_CREAT, 0666);
    if (box < 0 || f < 0 || close(f)) return 3;
    if (openat(box, "../outside", O_RDONLY) >= 0 || errno != ENOTCAPABLE) return 4;
    if (openat(box, "a/../../outside", O_RDONLY) >= 0) return 5;
    if (symlinkat("../outside", box, "link")) return 6;
    if (openat(box, "link", O_RDONLY) >= 0 || errno != ENOTCAPABLE) return 7;
    if (mkdirat(box, "sub", 0777) || openat(box, "sub/../link", O_RDONLY) >= 0) return 8;
    struct stat st;
    if (fstatat(box, "link", &st, AT_SYMLINK_NOFOLLOW) || !S_ISLNK(st.st_mode)) return 9;
    if (fstatat(box, "sub/..", &st, 0)) return 10;
    __wasi_fd_t fd;
    if (__wasi_path_open(box, 0, "/outside", 0, 0, 0, 0, &fd) != ENOTCAPABLE) return 11;
    puts("ok");
}
