// bench.h: the preview1 calls the guests make, and just enough to print a number.
//
// The guests are freestanding. What is timed is then the host's call and nothing of a libc.
#pragma once
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

typedef struct {
    const void *buf;
    u32 len;
} iovec;

enum { CLOCK_REALTIME, CLOCK_MONOTONIC };
enum { SEEK_START, SEEK_HERE, SEEK_LAST };
enum { O_CREAT = 1, O_TRUNC = 8 };
enum { FD_APPEND = 1 };

// RIGHTS_FILE is read, write, seek, tell, sync, advise, allocate, filestat get and set size.
#define RIGHTS_FILE 0x6001ffULL

WASI(sched_yield) u32 sched_yield(void);
WASI(clock_time_get) u32 clock_time_get(u32 id, u64 precision, u64 *time);
WASI(random_get) u32 random_get(void *buf, u32 len);
WASI(fd_seek) u32 fd_seek(u32 fd, s64 offset, u32 whence, u64 *pos);
WASI(fd_read) u32 fd_read(u32 fd, const iovec *iov, u32 n, u32 *done);
WASI(fd_write) u32 fd_write(u32 fd, const iovec *iov, u32 n, u32 *done);
WASI(fd_close) u32 fd_close(u32 fd);
WASI(fd_prestat_get) u32 fd_prestat_get(u32 fd, void *prestat);
WASI(path_open)
u32 path_open(u32 dir, u32 lookup, const char *path, u32 len, u32 oflags, u64 rights, u64 inheriting, u32 fdflags, u32 *fd);
WASI(path_filestat_get) u32 path_filestat_get(u32 dir, u32 lookup, const char *path, u32 len, void *stat);
WASI(path_unlink_file) u32 path_unlink_file(u32 dir, const char *path, u32 len);
WASI(proc_exit) _Noreturn void proc_exit(u32 code);

static inline u32 length(const char *s) {
    u32 n = 0;
    while (s[n]) n++;
    return n;
}

// write_all writes every byte, however many calls the host needs.
static inline void write_all(u32 fd, const void *buf, u32 len) {
    const u8 *p = buf;
    while (len) {
        iovec iov = {p, len};
        u32 done = 0;
        if (fd_write(fd, &iov, 1, &done) || !done) proc_exit(74);
        p += done;
        len -= done;
    }
}

// decimal writes v at p and returns the place after it.
static inline char *decimal(char *p, u64 v) {
    char digits[20];
    int n = 0;
    do digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    while (n) *p++ = digits[--n];
    return p;
}

// report prints "name value".
static inline void report(const char *name, u64 value) {
    char line[96], *p = line;
    while (*name) *p++ = *name++;
    *p++ = ' ';
    p = decimal(p, value);
    *p++ = '\n';
    write_all(1, line, (u32)(p - line));
}

// fail prints "name: errno N" on stderr and ends the program with code 1.
_Noreturn static inline void fail(const char *name, u32 errnum) {
    char line[96], *p = line;
    const char *sep = ": errno ";
    while (*name) *p++ = *name++;
    while (*sep) *p++ = *sep++;
    p = decimal(p, errnum);
    *p++ = '\n';
    write_all(2, line, (u32)(p - line));
    proc_exit(1);
}

static inline u64 now(void) {
    u64 t = 0;
    clock_time_get(CLOCK_MONOTONIC, 1, &t);
    return t;
}
