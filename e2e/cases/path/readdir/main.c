// Listing a directory: every entry once, in pieces, while others go.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

typedef struct {
    u64 next, ino;
    u32 len;
    u8 type;
} dirent;

static u8 seen[100];

// list goes through a directory with a small buffer, and removes what it sees.
static u32 list(u32 fd, u32 remove) {
    u8 b[100];
    u32 n, found = 0, dots = 0;
    u64 cookie = 0;
    do {
        ok(fd_readdir(fd, b, sizeof b, cookie, &n));
        u32 at = 0;
        for (;;) {
            dirent d;
            if (at + sizeof d > n) break;
            for (u32 i = 0; i < sizeof d; i++) ((u8 *)&d)[i] = b[at + i];
            const char *name = (const char *)b + at + sizeof d;
            if (at + sizeof d + d.len > n) break;
            at += sizeof d + d.len;
            cookie = d.next;
            if (name[0] == '.') {
                check(d.type, DIRECTORY);
                dots++;
                continue;
            }
            check(d.type, FILE);
            check(d.len, 3);
            seen[(name[1] - '0') * 10 + name[2] - '0']++;
            found++;
            if (remove) ok(path_unlink_file(fd, name, d.len));
        }
    } while (n == sizeof b);
    check(dots, 2);
    return found;
}

void _start(void) {
    u32 fd, n;
    u8 b[8];
    char name[] = "/dir/n00";
    ok(mkdir("/dir"));
    for (u32 i = 0; i < 100; i++) {
        name[6] = (char)('0' + i / 10);
        name[7] = (char)('0' + i % 10);
        put(name, "");
    }
    ok(open_dir("/dir", &fd));
    check(list(fd, 0), 100);
    check(list(fd, 1), 100);
    for (u32 i = 0; i < 100; i++) check(seen[i], 2);
    check(list(fd, 0), 0);
    ok(rmdir("/dir"));
    ok(open_read("/tmp/../data/main", &fd));
    check(fd_readdir(fd, b, sizeof b, 0, &n), ENOTDIR);
    print("ok\n");
}
