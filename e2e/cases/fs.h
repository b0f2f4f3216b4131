// fs.h: the calls on files and descriptors, for cases without a libc, and short
// forms of those on paths. Paths are seen from the current directory.
#pragma once
#include "wasix.h"

enum { CWD = 0xfffffffe }; // AT_FDCWD
enum { DIRECTORY = 3, FILE = 4, SYMLINK = 7 };
enum { CLOEXEC = 1 };
enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8 };
enum { RIGHT_READ = 2, RIGHT_SEEK = 4, RIGHT_TELL = 32, RIGHT_WRITE = 64 };

typedef struct {
    u8 type;
    u16 flags;
    u64 base, inheriting;
} fdstat;

WASI(fd_allocate) u32 fd_allocate(u32 fd, u64 offset, u64 len);
WASI(fd_datasync) u32 fd_datasync(u32 fd);
WASI(fd_fdstat_get) u32 fd_fdstat_get(u32 fd, fdstat *st);
WASI(fd_fdstat_set_flags) u32 fd_fdstat_set_flags(u32 fd, u32 flags);
WASI(fd_fdstat_set_rights) u32 fd_fdstat_set_rights(u32 fd, u64 base, u64 inheriting);
WASI(fd_filestat_set_size) u32 fd_filestat_set_size(u32 fd, u64 size);
WASI(fd_filestat_set_times) u32 fd_filestat_set_times(u32 fd, u64 atim, u64 mtim, u32 flags);
WASI(fd_pread) u32 fd_pread(u32 fd, const iovec *iov, u32 n, u64 offset, u32 *done);
WASI(fd_prestat_get) u32 fd_prestat_get(u32 fd, u32 *prestat);
WASI(fd_prestat_dir_name) u32 fd_prestat_dir_name(u32 fd, char *path, u32 len);
WASI(fd_pwrite) u32 fd_pwrite(u32 fd, const iovec *iov, u32 n, u64 offset, u32 *done);
WASI(fd_renumber) u32 fd_renumber(u32 fd, u32 to);
WASI(fd_sync) u32 fd_sync(u32 fd);
WASI(fd_tell) u32 fd_tell(u32 fd, u64 *pos);
WASI(path_filestat_set_times)
u32 path_filestat_set_times(u32 fd, u32 lookup, const char *path, u32 len, u64 atim, u64 mtim, u32 flags);
WASI(path_link)
u32 path_link(u32 fd, u32 lookup, const char *path, u32 len, u32 to, const char *name, u32 name_len);
WASI(path_readlink) u32 path_readlink(u32 fd, const char *path, u32 len, char *buf, u32 room, u32 *used);
WASI(path_remove_directory) u32 path_remove_directory(u32 fd, const char *path, u32 len);
WASI(path_rename) u32 path_rename(u32 fd, const char *path, u32 len, u32 to, const char *name, u32 name_len);
WASI(path_symlink) u32 path_symlink(const char *target, u32 target_len, u32 fd, const char *path, u32 len);
WASIX(fd_dup2) u32 fd_dup2(u32 fd, u32 lowest, u32 cloexec, u32 *to);
WASIX(fd_fdflags_get) u32 fd_fdflags_get(u32 fd, u16 *flags);
WASIX(fd_fdflags_set) u32 fd_fdflags_set(u32 fd, u32 flags);

// The calls that follow return an errno.

static inline u32 open_at(u32 dir, const char *path, u32 oflags, u32 fdflags, u32 *fd) {
    return path_open2(dir, FOLLOW, path, length(path), oflags, ALL, ALL, fdflags, 0, fd);
}

static inline u32 open_read(const char *path, u32 *fd) {
    return path_open2(CWD, FOLLOW, path, length(path), 0, RIGHT_READ | RIGHT_SEEK | RIGHT_TELL, 0, 0, 0, fd);
}

static inline u32 open_dir(const char *path, u32 *fd) {
    return path_open2(CWD, FOLLOW, path, length(path), O_DIRECTORY, RIGHT_READ, ALL, 0, 0, fd);
}

static inline u32 mkdir_at(u32 dir, const char *path) { return path_create_directory(dir, path, length(path)); }
static inline u32 mkdir(const char *path) { return mkdir_at(CWD, path); }
static inline u32 rmdir(const char *path) { return path_remove_directory(CWD, path, length(path)); }
static inline u32 unlink(const char *path) { return path_unlink_file(CWD, path, length(path)); }
static inline u32 rename(const char *a, const char *b) { return path_rename(CWD, a, length(a), CWD, b, length(b)); }
static inline u32 link(const char *a, const char *b) { return path_link(CWD, 0, a, length(a), CWD, b, length(b)); }
static inline u32 symlink(const char *to, const char *path) { return path_symlink(to, length(to), CWD, path, length(path)); }
static inline u32 go(const char *path) { return chdir(path, length(path)); }
static inline u32 stat_at(u32 dir, const char *path, filestat *st) {
    return path_filestat_get(dir, FOLLOW, path, length(path), st);
}
static inline u32 stat(const char *path, filestat *st) { return stat_at(CWD, path, st); }
static inline u32 lstat(const char *path, filestat *st) { return path_filestat_get(CWD, 0, path, length(path), st); }

// exists is 0 when there is something at a path, or the errno.
static inline u32 exists(const char *path) {
    filestat st;
    return lstat(path, &st);
}

// put makes a file of a text.
static inline void put(const char *path, const char *text) {
    u32 fd;
    check_at(path, open_at(CWD, path, O_CREAT | O_TRUNC, 0, &fd), 0);
    write_all(fd, text, length(text));
    ok(fd_close(fd));
}

// contents checks what is in a file.
static inline void contents(const char *path, const char *text) {
    char b[256];
    u32 fd;
    check_at(path, open_read(path, &fd), 0);
    check_at(path, read_some(fd, b, sizeof b), length(text));
    check_at(path, same(b, text, length(text)), 1);
    ok(fd_close(fd));
}

static inline u64 tell(u32 fd) {
    u64 at;
    ok(fd_tell(fd, &at));
    return at;
}

static inline u64 size_of(u32 fd) {
    filestat st;
    ok(fd_filestat_get(fd, &st));
    return st.size;
}
