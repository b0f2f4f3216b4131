// Files past four gigabytes, of which nearly all are holes.
//#Build: libc
//#ExpectedStdout: ok
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    int fd = open("/huge", O_RDWR | O_CREAT, 0666);
    const off_t far = 5ll << 30;
    char b[8];
    struct stat st;
    if (fd < 0 || lseek(fd, far, SEEK_SET) != far || write(fd, "far", 3) != 3) return 1;
    if (fstat(fd, &st) || st.st_size != far + 3) return 2;
    if (pread(fd, b, 3, far) != 3 || memcmp(b, "far", 3)) return 3;
    if (pread(fd, b, 8, far - 5) != 8 || memcmp(b, "\0\0\0\0\0far", 8)) return 4;
    if (pwrite(fd, "near", 4, 100) != 4 || pread(fd, b, 4, 100) != 4 || memcmp(b, "near", 4)) return 5;
    if (ftruncate(fd, 102) || pread(fd, b, 8, 98) != 4 || memcmp(b, "\0\0ne", 4)) return 6;
    if (ftruncate(fd, far) || pread(fd, b, 8, 100) != 8 || memcmp(b, "ne\0\0\0\0\0\0", 8)) return 7;
    if (close(fd) || unlink("/huge")) return 8;
    puts("ok");
}
