// The rules of POSIX that programs depend on.
//#Build: libc
//#ExpectedStdout: ok
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHECK(x)                                                                    \
    do {                                                                            \
        errno = 0;                                                                  \
        if (!(x)) {                                                                 \
            printf("line %d: %s: %s\n", __LINE__, #x, strerror(errno));             \
            return 1;                                                               \
        }                                                                           \
    } while (0)
#define FAILS(x, e) CHECK((x) < 0 && errno == (e))

static int put(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    return fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd);
}

static int has(const char *path, const char *text) {
    char b[100] = {0};
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, b, sizeof b - 1);
    close(fd);
    return n == (ssize_t)strlen(text) && !strcmp(b, text);
}

static int opening(void) {
    CHECK(!put("/w/f", "text"));
    FAILS(open("/w/f", O_WRONLY | O_CREAT | O_EXCL, 0666), EEXIST);
    FAILS(open("/w/f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    FAILS(open("/w/f/x", O_RDONLY), ENOTDIR);
    FAILS(open("/w/none", O_RDONLY), ENOENT);
    FAILS(open("/w/none/x", O_WRONLY | O_CREAT, 0666), ENOENT);
    FAILS(open("/w", O_WRONLY), EISDIR);
    int fd = open("/w/f", O_WRONLY | O_APPEND);
    CHECK(fd >= 0 && lseek(fd, 0, SEEK_SET) == 0 && write(fd, "+", 1) == 1 && !close(fd) && has("/w/f", "text+"));
    fd = open("/w/f", O_RDWR | O_TRUNC);
    CHECK(fd >= 0 && lseek(fd, 5, SEEK_SET) == 5 && write(fd, "x", 1) == 1 && lseek(fd, 0, SEEK_END) == 6);
    char b[6];
    CHECK(pread(fd, b, 6, 0) == 6 && !memcmp(b, "\0\0\0\0\0x", 6));
    CHECK(!ftruncate(fd, 2) && lseek(fd, 0, SEEK_CUR) == 6 && read(fd, b, 1) == 0 && !close(fd));
    return 0;
}

static int unlinking(void) {
    CHECK(!put("/w/f", "open"));
    int fd = open("/w/f", O_RDWR);
    char b[4];
    CHECK(fd >= 0 && !unlink("/w/f") && read(fd, b, 4) == 4 && !memcmp(b, "open", 4) && write(fd, "!", 1) == 1);
    FAILS(open("/w/f", O_RDONLY), ENOENT);
    struct stat st;
    CHECK(!fstat(fd, &st) && st.st_nlink == 0 && st.st_size == 5 && !close(fd));
    CHECK(!mkdir("/w/d", 0777) && !put("/w/d/x", ""));
    FAILS(rmdir("/w/d"), ENOTEMPTY);
    FAILS(unlink("/w/d"), EISDIR);
    FAILS(rmdir("/w/d/x"), ENOTDIR);
    CHECK(!unlink("/w/d/x") && !rmdir("/w/d"));
    return 0;
}

static int renaming(void) {
    CHECK(!put("/w/a", "a") && !put("/w/b", "b") && !rename("/w/a", "/w/b") && has("/w/b", "a"));
    FAILS(rename("/w/a", "/w/c"), ENOENT);
    CHECK(!mkdir("/w/d", 0777) && !mkdir("/w/d/e", 0777) && !mkdir("/w/empty", 0777));
    FAILS(rename("/w/d", "/w/d/e/f"), EINVAL);
    FAILS(rename("/w/b", "/w/d"), EISDIR);
    FAILS(rename("/w/d", "/w/b"), ENOTDIR);
    FAILS(rename("/w/empty", "/w/d"), ENOTEMPTY);
    CHECK(!rename("/w/d", "/w/empty"));
    struct stat st;
    CHECK(!stat("/w/empty/e", &st) && S_ISDIR(st.st_mode));
    CHECK(!rename("/w/b", "/w/b") && has("/w/b", "a"));
    return 0;
}

static int linking(void) {
    struct stat a, b;
    CHECK(!put("/w/l", "l") && !link("/w/l", "/w/m") && !stat("/w/l", &a) && !stat("/w/m", &b));
    CHECK(a.st_ino == b.st_ino && a.st_nlink == 2);
    FAILS(link("/w/l", "/w/m"), EEXIST);
    CHECK(!symlink("m", "/w/s") && has("/w/s", "l") && !lstat("/w/s", &a) && S_ISLNK(a.st_mode));
    char t[10] = {0};
    CHECK(readlink("/w/s", t, 9) == 1 && !strcmp(t, "m"));
    CHECK(!symlink("loop", "/w/loop"));
    FAILS(open("/w/loop", O_RDONLY), ELOOP);
    CHECK(!symlink("nowhere", "/w/dangling"));
    FAILS(open("/w/dangling", O_RDONLY), ENOENT);
    CHECK(!put("/w/dangling", "made") && has("/w/nowhere", "made"));
    return 0;
}

static int listing(void) {
    char name[30];
    CHECK(!mkdir("/w/many", 0777));
    for (int i = 0; i < 500; i++) {
        sprintf(name, "/w/many/file-%d", i);
        CHECK(!put(name, ""));
    }
    DIR *d = opendir("/w/many");
    int n = 0;
    CHECK(d);
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        sprintf(name, "/w/many/%s", e->d_name);
        CHECK(!unlink(name)); // entries that were not read yet must still come
        n++;
    }
    CHECK(n == 500 && !closedir(d) && !rmdir("/w/many"));
    return 0;
}

int main(void) {
    if (mkdir("/w", 0777)) return 2;
    if (opening() || unlinking() || renaming() || linking() || listing()) return 1;
    puts("ok");
}
