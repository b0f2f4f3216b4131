// Paths that are long, deep, odd or wrong.
//#Build: libc
//#ExpectedStdout: ok
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int mega(void) {
    // A path of a megabyte, of one name and of many.
    size_t size = 1 << 20;
    char *p = malloc(size + 1);
    if (!p) return 1;
    memset(p, 'x', size);
    p[0] = '/';
    p[size] = 0;
    if (open(p, O_RDONLY) >= 0 || errno != ENAMETOOLONG) return 2;
    for (size_t i = 0; i < size; i += 2) p[i] = '/';
    if (open(p, O_RDONLY) >= 0 || (errno != ENAMETOOLONG && errno != ENOENT)) return 3;
    free(p);
    return 0;
}

static int deep(void) {
    // Ten thousand directories, one inside the other, made from where one is.
    int dir = open("/deep", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 10000; i++) {
        if (dir < 0 || mkdirat(dir, "d", 0777)) return 1;
        int next = openat(dir, "d", O_RDONLY | O_DIRECTORY);
        close(dir);
        dir = next;
    }
    int fd = openat(dir, "bottom", O_WRONLY | O_CREAT, 0666);
    return fd < 0 || close(fd) || close(dir);
}

static int odd(void) {
    static const char *const names[] = {"with space", "new\nline", "ünï", "日本語", "-dash", "~", "*", "a\\b", "'\"", "..."};
    char path[100];
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        sprintf(path, "/odd/%s", names[i]);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
        struct stat st;
        if (fd < 0 || close(fd) || stat(path, &st) || unlink(path)) return 1;
    }
    char name[300];
    memset(name, 'n', sizeof name);
    name[256] = 0;
    sprintf(path, "/odd");
    int dir = open(path, O_RDONLY | O_DIRECTORY);
    if (openat(dir, name, O_WRONLY | O_CREAT, 0666) >= 0 || errno != ENAMETOOLONG) return 2;
    name[255] = 0;
    int fd = openat(dir, name, O_WRONLY | O_CREAT, 0666);
    if (fd < 0 || close(fd)) return 3;
    if (openat(dir, "bad\xff", O_WRONLY | O_CREAT, 0666) >= 0 || errno != EILSEQ) return 4;
    if (openat(dir, "", O_RDONLY) >= 0 || errno != ENOENT) return 5;
    return close(dir);
}

int main(void) {
    if (mkdir("/deep", 0777) || mkdir("/odd", 0777)) return 1;
    int e;
    if ((e = mega())) return 10 + e;
    if ((e = deep())) return 20 + e;
    if ((e = odd())) return 30 + e;
    puts("ok");
}
