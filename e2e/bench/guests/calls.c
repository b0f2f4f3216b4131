// calls measures what one call costs and prints "name picoseconds", one row a line.
//
// Each row runs twice as often until it takes LONG_ENOUGH: the short runs warm the engines up,
// and the last one is long against a host clock that only knows milliseconds.
#include "bench.h"

#define LONG_ENOUGH 100000000ULL // ns
#define FILE_SIZE (1u << 20)
#define APPENDS 16384u // times 64 bytes is 1 MiB

static u32 dir, fd, log_fd;
static u64 pos;
static u32 done;
static u8 block[65536], stat[64];
static const char name[] = "bench.dat", log_name[] = "bench.log";

static void check(const char *what, u32 errnum) {
    if (errnum) fail(what, errnum);
}

static u32 open_in(u32 d, const char *path, u32 oflags, u32 fdflags, u32 *out) {
    return path_open(d, 0, path, length(path), oflags, RIGHTS_FILE, 0, fdflags, out);
}

// open_file looks for a preopened directory that takes a new file: hosts differ in which it is.
static void open_file(void) {
    u32 errnum = 8;
    u8 prestat[8];
    for (dir = 3; !fd_prestat_get(dir, prestat); dir++)
        if (!(errnum = open_in(dir, name, O_CREAT | O_TRUNC, 0, &fd))) return;
    fail("no directory to write in: path_open", errnum);
}

static void transfer(u32 (*call)(u32, const iovec *, u32, u32 *), const char *what, u32 len, u64 offset) {
    iovec iov = {block, len};
    check("fd_seek", fd_seek(fd, (s64)offset, SEEK_START, &pos));
    check(what, call(fd, &iov, 1, &done));
    if (done != len) fail(what, 29);
}

static void yield(u32 n) {
    while (n--) sched_yield();
}
static void clock(u32 n) {
    while (n--) clock_time_get(CLOCK_MONOTONIC, 1, &pos);
}
static void random16(u32 n) {
    while (n--) check("random_get", random_get(block, 16));
}
static void seek(u32 n) {
    while (n--) check("fd_seek", fd_seek(fd, (n & 16383) * 64, SEEK_START, &pos));
}
static void write64(u32 n) {
    while (n--) transfer(fd_write, "fd_write", 64, (n & 16383) * 64);
}
static void read64(u32 n) {
    while (n--) transfer(fd_read, "fd_read", 64, (n & 16383) * 64);
}
static void write64k(u32 n) {
    while (n--) transfer(fd_write, "fd_write", 65536, (n & 15) * 65536);
}
static void read64k(u32 n) {
    while (n--) transfer(fd_read, "fd_read", 65536, (n & 15) * 65536);
}
static void filestat(u32 n) {
    while (n--) check("path_filestat_get", path_filestat_get(dir, 0, name, sizeof name - 1, stat));
}
static void open_close(u32 n) {
    while (n--) {
        u32 f;
        check("path_open", open_in(dir, name, 0, 0, &f));
        check("fd_close", fd_close(f));
    }
}

// append fills a new file from nothing to 1 MiB, n times. The size is fixed because some hosts
// copy the whole file for each append; then a longer run would be a slower one.
static void append(u32 n) {
    while (n--) {
        check("path_open", open_in(dir, log_name, O_CREAT | O_TRUNC, FD_APPEND, &log_fd));
        for (u32 i = 0; i < APPENDS; i++) {
            iovec iov = {block, 64};
            check("append", fd_write(log_fd, &iov, 1, &done));
        }
        check("fd_close", fd_close(log_fd)); // before the look at it: one peer's path_filestat_get needs that
        check("path_filestat_get", path_filestat_get(dir, 0, log_name, sizeof log_name - 1, stat));
        if (*(u64 *)(stat + 32) != APPENDS * 64) fail("appended file has the wrong size", 29);
        check("path_unlink_file", path_unlink_file(dir, log_name, sizeof log_name - 1));
    }
}

static void measure(const char *row, void (*loop)(u32), u32 n, u32 calls_per_turn) {
    for (;; n *= 2) {
        u64 start = now();
        loop(n);
        u64 spent = now() - start;
        if (spent >= LONG_ENOUGH || n >= 1u << 30) {
            report(row, spent * 1000 / ((u64)n * calls_per_turn));
            return;
        }
    }
}

void _start(void) {
    open_file();
    for (u64 at = 0; at < FILE_SIZE; at += sizeof block) transfer(fd_write, "fd_write", sizeof block, at);
    measure("sched_yield", yield, 1024, 1);
    measure("clock_time_get", clock, 1024, 1);
    measure("random_get_16", random16, 1024, 1);
    measure("fd_seek", seek, 1024, 1);
    measure("seek_write_64", write64, 1024, 1);
    measure("seek_read_64", read64, 1024, 1);
    measure("append_64", append, 1, APPENDS);
    measure("seek_write_64k", write64k, 64, 1);
    measure("seek_read_64k", read64k, 64, 1);
    measure("path_filestat_get", filestat, 256, 1);
    measure("path_open_close", open_close, 256, 1);
    proc_exit(0);
}
