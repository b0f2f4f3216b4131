// Files as libc maps them, where memory cannot be: read into memory from a
// duplicate of the descriptor, and written back by msync and munmap; at the start,
// in the middle, at the end of the file, and beyond it.
//#Build: freestanding
//#PrefilledFile: f.txt:0123456789
//#ExpectedFile: f.txt:AB234CD78E
//#ExpectedStdout: ok
#include "fs.h"

typedef struct {
    u32 fd;
    u64 offset;
    u32 len;
    char bytes[64];
} mapping;

static void map(mapping *m, u32 fd, u64 offset, u32 len) {
    iovec iov = {m->bytes, len};
    u32 done;
    ok(fd_dup(fd, &m->fd));
    ok(fd_pread(m->fd, &iov, 1, offset, &done));
    for (u32 i = done; i < len; i++) m->bytes[i] = 0;
    m->offset = offset;
    m->len = len;
}

// sync writes what is not behind the end of the file.
static void sync(mapping *m) {
    u64 size = size_of(m->fd);
    if (m->offset >= size) return;
    iovec iov = {m->bytes, m->offset + m->len > size ? (u32)(size - m->offset) : m->len};
    u32 done;
    ok(fd_pwrite(m->fd, &iov, 1, m->offset, &done));
    check(done, iov.len);
}

static void unmap(mapping *m) {
    sync(m);
    ok(fd_close(m->fd));
}

void _start(void) {
    mapping start, middle, end;
    u32 fd;
    char b[16];
    ok(open_at(CWD, "/data/f.txt", 0, 0, &fd));
    map(&start, fd, 0, 2);
    map(&middle, fd, 5, 2);
    map(&end, fd, 8, 40);
    check(same(middle.bytes, "56", 2), 1);
    check(same(end.bytes, "89\0\0", 4), 1);
    check(tell(fd), 0); // nobody has moved it
    ok(fd_close(fd));   // mappings outlive it
    start.bytes[0] = 'A';
    start.bytes[1] = 'B';
    sync(&start);
    ok(open_read("/data/f.txt", &fd));
    check(read_some(fd, b, 16), 10);
    check(same(b, "AB23456789", 10), 1);
    middle.bytes[0] = 'C';
    middle.bytes[1] = 'D';
    end.bytes[0] = '8';
    end.bytes[1] = 'E';
    end.bytes[2] = 'x'; // behind the end: never written
    unmap(&start);
    unmap(&middle);
    unmap(&end);
    check(size_of(fd), 10);
    print("ok\n");
}
