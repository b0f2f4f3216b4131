// tools is three commands, by its first argument:
//
//	cat FILE N   writes the file N times
//	tr           makes capitals of small letters
//	wc           prints how many lines, words and bytes it reads
#include "bench.h"

#define BLOCK 65536

WASI(args_sizes_get) u32 args_sizes_get(u32 *n, u32 *bytes);
WASI(args_get) u32 args_get(char **args, char *buf);

static u8 block[BLOCK];

static u32 get(u32 fd) {
    iovec iov = {block, BLOCK};
    u32 done = 0, errnum = fd_read(fd, &iov, 1, &done);
    if (errnum) fail("fd_read", errnum);
    return done;
}

static void cat(const char *file, u32 times) {
    u32 fd, n, errnum;
    u64 pos;
    if ((errnum = path_open(3, 0, file, length(file), 0, RIGHTS_FILE, 0, 0, &fd))) fail("path_open", errnum);
    while (times--) {
        if ((errnum = fd_seek(fd, 0, SEEK_START, &pos))) fail("fd_seek", errnum);
        while ((n = get(fd))) write_all(1, block, n);
    }
}

// What is done to a block is a function of its own: browsers optimize a function when it is called
// again, not while it runs.
static __attribute__((noinline)) void translate(const u8 *to, u32 n) {
    for (u32 i = 0; i < n; i++) block[i] = to[block[i]];
}

static void tr(void) {
    u8 to[256];
    for (u32 i = 0; i < 256; i++) to[i] = i >= 'a' && i <= 'z' ? (u8)(i - 32) : (u8)i;
    for (u32 n; (n = get(0));) {
        translate(to, n);
        write_all(1, block, n);
    }
}

static u64 lines, words, bytes;

static __attribute__((noinline)) void count(u32 n) {
    static const u8 space[256] = {[' '] = 1, ['\t'] = 1, ['\n'] = 1};
    static u32 before = 1;
    u32 l = 0, w = 0, last = before;
    for (u32 i = 0; i < n; i++) {
        u32 here = space[block[i]];
        l += block[i] == '\n';
        w += last & ~here;
        last = here;
    }
    lines += l;
    words += w;
    bytes += n;
    before = last;
}

static void wc(void) {
    for (u32 n; (n = get(0));) count(n);
    report("lines", lines);
    report("words", words);
    report("bytes", bytes);
}

void _start(void) {
    static char *args[8], buf[256];
    u32 n, bytes;
    if (args_sizes_get(&n, &bytes) || n > 8 || n < 1 || bytes > sizeof buf || args_get(args, buf)) fail("arguments", 28);
    switch (args[0][0]) {
    case 'c': {
        u32 times = 0;
        for (const char *p = n > 2 ? args[2] : ""; *p; p++) times = times * 10 + (u32)(*p - '0');
        cat(n > 1 ? args[1] : "", times);
        break;
    }
    case 't': tr(); break;
    case 'w': wc(); break;
    default: fail("no such tool", 28);
    }
    proc_exit(0);
}
