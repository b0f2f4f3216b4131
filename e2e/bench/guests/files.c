// files works on files below data/ and prints how long that took as "name picoseconds":
//
//	files write_many N   N files of 1 KiB in 16 directories, then one fd_sync
//	files read_many N    reads them back and compares
//	files write_big N    a file of N MiB, then fd_sync
//	files read_big N     reads it back and compares
//	files append_sync N  N times 100 bytes at the end of a file and fd_sync; the time of one
//	files calls 0        what calls cost in data/ and in the memory above it, in turns
#include "bench.h"

enum { MIB = 1 << 20, ROOT = 3, TURNS = 8 };

WASI(args_sizes_get) u32 args_sizes_get(u32 *n, u32 *bytes);
WASI(args_get) u32 args_get(char **args, char *buf);
WASI(fd_sync) u32 fd_sync(u32 fd);
WASI(path_create_directory) u32 path_create_directory(u32 dir, const char *path, u32 len);

static u64 block[MIB / 8], wanted[MIB / 8];
static u8 stat[64];
static char name[64];

static void check(const char *what, u32 errnum) {
    if (errnum) fail(what, errnum);
}

static char *copy(char *p, const char *s) {
    while (*s) *p++ = *s++;
    return p;
}

static u32 open_file(const char *path, u32 oflags, u32 fdflags) {
    u32 fd;
    check(path, path_open(ROOT, 0, path, length(path), oflags, RIGHTS_FILE, 0, fdflags, &fd));
    return fd;
}

static void write_fd(u32 fd, const void *buf, u32 len) {
    iovec iov = {buf, len};
    u32 done;
    check("fd_write", fd_write(fd, &iov, 1, &done));
    if (done != len) fail("fd_write", 29);
}

static void read_fd(u32 fd, void *buf, u32 len) {
    while (len) {
        iovec iov = {buf, len};
        u32 done;
        check("fd_read", fd_read(fd, &iov, 1, &done));
        if (!done) fail("end of file", 29);
        buf = (u8 *)buf + done;
        len -= done;
    }
}

static void same(const u64 *a, const u64 *b, u32 bytes) {
    for (u32 i = 0; i < bytes / 8; i++)
        if (a[i] != b[i]) fail("other bytes than were written", 29);
}

// many is the name of file i; its content is the number, 128 times over.
static void many(u32 i) {
    char *p = decimal(copy(name, "data/many/d"), i & 15);
    *decimal(copy(p, "/f"), i) = 0;
}

static void content(u64 *b, u32 i) {
    for (u32 k = 0; k < 128; k++) b[k] = i;
}

static void write_many(u32 n) {
    check("mkdir", path_create_directory(ROOT, "data/many", 9));
    for (u32 d = 0; d < 16; d++) {
        *decimal(copy(name, "data/many/d"), d) = 0;
        check("mkdir", path_create_directory(ROOT, name, length(name)));
    }
    for (u32 i = 0; i < n; i++) {
        many(i);
        content(block, i);
        u32 fd = open_file(name, O_CREAT | O_TRUNC, 0);
        write_fd(fd, block, 1024);
        if (i == n - 1) check("fd_sync", fd_sync(fd)); // which writes all that has changed
        check("fd_close", fd_close(fd));
    }
}

static void read_many(u32 n) {
    for (u32 i = 0; i < n; i++) {
        many(i);
        content(wanted, i);
        u32 fd = open_file(name, 0, 0);
        read_fd(fd, block, 1024);
        same(block, wanted, 1024);
        check("fd_close", fd_close(fd));
    }
}

// noise fills a buffer with what cannot be compressed: the database would.
static void noise(u64 *b) {
    u64 x = 88172645463325252ULL;
    for (u32 i = 0; i < MIB / 8; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        b[i] = x;
    }
}

static void write_big(u32 n) {
    u32 fd = open_file("data/big", O_CREAT | O_TRUNC, 0);
    for (u32 i = 0; i < n; i++) {
        block[0] = i;
        write_fd(fd, block, MIB);
    }
    check("fd_sync", fd_sync(fd));
    check("fd_close", fd_close(fd));
}

static void read_big(u32 n) {
    u32 fd = open_file("data/big", 0, 0);
    for (u32 i = 0; i < n; i++) {
        read_fd(fd, block, MIB);
        wanted[0] = i;
        same(block, wanted, MIB);
    }
    check("fd_close", fd_close(fd));
}

static void append_sync(u32 n) {
    u32 fd = open_file("data/log", O_CREAT, FD_APPEND);
    while (n--) {
        write_fd(fd, block, 100);
        check("fd_sync", fd_sync(fd));
    }
}

// The calls, each on a file of 1 MiB.
static u32 file;
static const char *path;
static u64 pos;

static void seek_write(u32 n) {
    while (n--) {
        check("fd_seek", fd_seek(file, (n & 16383) * 64, SEEK_START, &pos));
        write_fd(file, block, 64);
    }
}
static void seek_read(u32 n) {
    while (n--) {
        check("fd_seek", fd_seek(file, (n & 16383) * 64, SEEK_START, &pos));
        read_fd(file, block, 64);
    }
}
static void filestat(u32 n) {
    while (n--) check("path_filestat_get", path_filestat_get(ROOT, 0, path, length(path), stat));
}
static void open_close(u32 n) {
    while (n--) check("fd_close", fd_close(open_file(path, 0, 0)));
}

// calls prints the fastest of some turns: what both kinds have in common is then all that there is.
static void calls(void) {
    static const struct {
        void (*loop)(u32);
        const char *name;
        u32 n;
    } rows[] = {{seek_write, "seek_write", 20000}, {seek_read, "seek_read", 20000}, {filestat, "stat", 10000}, {open_close, "open_close", 10000}};
    static const char *const paths[] = {"data/calls", "temp/calls"}; // names of the same length
    static const char *const kinds[] = {"idb.", "memory."};
    u32 fds[2];
    path_create_directory(ROOT, "temp", 4);
    for (u32 k = 0; k < 2; k++) {
        fds[k] = open_file(paths[k], O_CREAT | O_TRUNC, 0);
        write_fd(fds[k], block, MIB);
    }
    for (u32 r = 0; r < sizeof rows / sizeof *rows; r++) {
        u64 best[2] = {-1ULL, -1ULL};
        for (u32 turn = 0; turn < 2 * TURNS; turn++) {
            u32 k = turn & 1;
            file = fds[k], path = paths[k];
            u64 start = now();
            rows[r].loop(rows[r].n);
            u64 spent = now() - start;
            if (spent < best[k]) best[k] = spent;
        }
        for (u32 k = 0; k < 2; k++) {
            *copy(copy(name, kinds[k]), rows[r].name) = 0;
            report(name, best[k] * 1000 / rows[r].n);
        }
    }
}

static int is(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

void _start(void) {
    static char *args[8], buf[256];
    u32 argc, bytes, n = 0;
    if (args_sizes_get(&argc, &bytes) || argc != 3 || bytes > sizeof buf || args_get(args, buf)) fail("arguments", 28);
    for (const char *p = args[2]; *p; p++) n = n * 10 + (u32)(*p - '0');
    static const struct {
        const char *name;
        void (*fn)(u32);
    } steps[] = {{"write_many", write_many}, {"read_many", read_many}, {"write_big", write_big}, {"read_big", read_big}, {"append_sync", append_sync}};
    noise(block);
    noise(wanted);
    if (is(args[1], "calls")) {
        calls();
        proc_exit(0);
    }
    for (u32 i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (!is(args[1], steps[i].name)) continue;
        u64 start = now();
        steps[i].fn(n);
        u64 spent = (now() - start) * 1000;
        report(args[1], is(args[1], "append_sync") ? spent / n : spent);
        proc_exit(0);
    }
    fail(args[1], 28);
}
