// small is a small real program: it takes memory, writes and reads a file, and says what it found.
// The memory row runs it many times.
#include "bench.h"

#define SIZE (256 * 1024)
static const char name[] = "small.tmp";
static u8 out[4096], in[4096];

void _start(void) {
    u32 fd, done, errnum = 8, dir;
    u64 pos, sum = 0;
    u8 prestat[8];
    u8 *heap = (u8 *)(__builtin_wasm_memory_grow(0, SIZE / 65536) * 65536u);
    for (u32 i = 0; i < SIZE; i++) heap[i] = (u8)i;
    for (u32 i = 0; i < SIZE; i += 61) sum += heap[i];
    for (dir = 3; !fd_prestat_get(dir, prestat); dir++)
        if (!(errnum = path_open(dir, 0, name, sizeof name - 1, O_CREAT | O_TRUNC, RIGHTS_FILE, 0, 0, &fd))) break;
    if (errnum) fail("path_open", errnum);
    for (u32 i = 0; i < sizeof out; i++) out[i] = (u8)(i * 7);
    write_all(fd, out, sizeof out);
    iovec iov = {in, sizeof in};
    if ((errnum = fd_seek(fd, 0, SEEK_START, &pos))) fail("fd_seek", errnum);
    if ((errnum = fd_read(fd, &iov, 1, &done))) fail("fd_read", errnum);
    for (u32 i = 0; i < sizeof in; i++)
        if (in[i] != out[i]) fail("what was written is not what is read", 29);
    fd_close(fd);
    if ((errnum = path_unlink_file(dir, name, sizeof name - 1))) fail("path_unlink_file", errnum);
    report("sum", sum);
    proc_exit(0);
}
