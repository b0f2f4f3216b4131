// wasix.h: the calls of WASI preview1 and WASIX for cases that are built without
// a libc ("Build: freestanding"), and just enough to check and to print.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define WASIX(name) __attribute__((import_module("wasix_32v1"), import_name(#name)))

enum {
    E2BIG = 1, EACCES = 2, EAGAIN = 6, EBADF = 8, ECHILD = 12, EEXIST = 20, EDEADLK = 16, EFAULT = 21, EINTR = 27, EINVAL = 28,
    EISDIR = 31, ELOOP = 32, EMFILE = 33, ENAMETOOLONG = 37, ENOENT = 44, ENOEXEC = 45, ENOSYS = 52, ENOTDIR = 54,
    ENOTEMPTY = 55, ENOTSUP = 58, EPERM = 63, EPIPE = 64, ERANGE = 68, ESPIPE = 70, ESRCH = 71, EXDEV = 75, ENOTCAPABLE = 76,
};
enum { O_CREAT = 1, O_DIRECTORY = 2, O_EXCL = 4, O_TRUNC = 8 };
enum { FD_APPEND = 1, FD_DSYNC = 2, FD_NONBLOCK = 4 };
enum { FOLLOW = 1 };
enum { FROM_START, FROM_HERE, FROM_END };
enum { REALTIME, MONOTONIC };

// ALL is every right.
#define ALL 0xffffffffffffffffULL

typedef struct {
    const void *buf;
    u32 len;
} iovec;

typedef struct {
    u8 tag; // 0 none, 1 some
    u32 value;
} option_u32;

typedef struct {
    u8 tag; // 0 none, 1 some
    u64 value;
} option_u64;

typedef struct {
    u8 tag; // 0 nothing yet, 1 exited, 2 signalled, 3 stopped
    u16 code;
    u32 signal;
} join_status;

typedef struct {
    u64 dev, ino;
    u8 type;
    u64 nlink, size, atim, mtim, ctim;
} filestat;

#ifdef __cplusplus
extern "C" {
#endif
WASI(args_sizes_get) u32 args_sizes_get(u32 *n, u32 *bytes);
WASI(args_get) u32 args_get(char **args, char *buf);
WASI(clock_time_get) u32 clock_time_get(u32 id, u64 precision, u64 *time);
WASI(fd_close) u32 fd_close(u32 fd);
WASI(fd_filestat_get) u32 fd_filestat_get(u32 fd, filestat *st);
WASI(fd_read) u32 fd_read(u32 fd, const iovec *iov, u32 n, u32 *done);
WASI(fd_readdir) u32 fd_readdir(u32 fd, void *buf, u32 len, u64 cookie, u32 *used);
WASI(fd_seek) u32 fd_seek(u32 fd, s64 offset, u32 whence, u64 *pos);
WASI(fd_write) u32 fd_write(u32 fd, const iovec *iov, u32 n, u32 *done);
WASI(path_create_directory) u32 path_create_directory(u32 fd, const char *path, u32 len);
WASI(path_filestat_get) u32 path_filestat_get(u32 fd, u32 lookup, const char *path, u32 len, filestat *st);
WASI(path_unlink_file) u32 path_unlink_file(u32 fd, const char *path, u32 len);
WASI(proc_exit) __attribute__((noreturn)) void proc_exit(u32 code);
WASI(random_get) u32 random_get(void *buf, u32 len);
WASI(sched_yield) u32 sched_yield(void);

WASIX(chdir) u32 chdir(const char *path, u32 len);
WASIX(fd_dup) u32 fd_dup(u32 fd, u32 *to);
WASIX(fd_event) u32 fd_event(u64 value, u32 flags, u32 *fd);
WASIX(fd_pipe) u32 fd_pipe(u32 *read_end, u32 *write_end);
WASIX(getcwd) u32 getcwd(char *path, u32 *len);
WASIX(path_open2)
u32 path_open2(u32 dir, u32 lookup, const char *path, u32 len, u32 oflags, u64 rights, u64 inheriting, u32 fdflags, u32 more, u32 *fd);
WASIX(proc_fork) u32 proc_fork(u32 copy_memory, u32 *pid);
WASIX(proc_id) u32 proc_id(u32 *pid);
WASIX(proc_join) u32 proc_join(option_u32 *pid, u32 flags, join_status *status);
WASIX(proc_signal) u32 proc_signal(u32 pid, u32 signal);
#ifdef __cplusplus
}
#endif

static inline u32 length(const char *s) {
    u32 n = 0;
    while (s[n]) n++;
    return n;
}

// write_all writes every byte, however many calls the host needs.
static inline void write_all(u32 fd, const void *buf, u32 len) {
    const u8 *p = (const u8 *)buf;
    while (len) {
        iovec iov = {p, len};
        u32 done = 0;
        if (fd_write(fd, &iov, 1, &done) || !done) proc_exit(74);
        p += done;
        len -= done;
    }
}

static inline void print(const char *s) { write_all(1, s, length(s)); }

static inline void print_number(u64 v) {
    char digits[21], *p = digits + sizeof digits;
    do *--p = (char)('0' + v % 10);
    while (v /= 10);
    write_all(1, p, (u32)(digits + sizeof digits - p));
}

// check ends the program with code 1 unless got is want, and says what was
// asked.
static inline void check_at(const char *what, u64 got, u64 want) {
    if (got == want) return;
    print(what);
    print(": ");
    print_number(got);
    print(", want ");
    print_number(want);
    print("\n");
    proc_exit(1);
}
#define check(call, want) check_at(#call, (u64)(call), (u64)(want))
#define ok(call) check(call, 0)

// open_file opens a path from the root.
static inline u32 open_file(const char *path, u32 oflags, u32 fdflags) {
    u32 fd = 0;
    check_at(path, path_open2(3, FOLLOW, path, length(path), oflags, ALL, ALL, fdflags, 0, &fd), 0);
    return fd;
}

// read_some reads at most len bytes, once.
static inline u32 read_some(u32 fd, void *buf, u32 len) {
    iovec iov = {buf, len};
    u32 done = 0;
    ok(fd_read(fd, &iov, 1, &done));
    return done;
}

static char *argv[32] __attribute__((unused));
static u32 argc __attribute__((unused));

// arguments fetches argc and argv.
static inline void arguments(void) {
    static char text[4096];
    u32 bytes;
    if (args_sizes_get(&argc, &bytes) || argc > 31 || bytes > sizeof text || args_get(argv, text)) proc_exit(70);
}

static inline u32 same(const void *a, const void *b, u32 len) {
    for (u32 i = 0; i < len; i++)
        if (((const u8 *)a)[i] != ((const u8 *)b)[i]) return 0;
    return 1;
}

static inline u32 equal(const char *a, const char *b) { return length(a) == length(b) && same(a, b, length(a)); }

// wait_for ends the program unless the child exits with this code.
static inline void wait_for(u32 pid, u32 code) {
    option_u32 who = {1, pid};
    join_status status = {0};
    ok(proc_join(&who, 0, &status));
    check(status.tag, 1);
    check(status.code, code);
}
