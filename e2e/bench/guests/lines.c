// lines prints "line 1" to "line 1000000". With an argument it writes once a line, as a libc does
// on a terminal; without, in blocks of 4 KiB, as a libc does on a pipe.
#include "bench.h"

WASI(args_sizes_get) u32 args_sizes_get(u32 *argc, u32 *bytes);

#define LINES 1000000
static char buf[4096 + 16];

void _start(void) {
    u32 argc = 0, bytes = 0;
    if (args_sizes_get(&argc, &bytes)) proc_exit(1);
    u32 limit = argc > 1 ? 1 : 4096;
    char *p = buf;
    for (u32 i = 1; i <= LINES; i++) {
        __builtin_memcpy(p, "line ", 5);
        p = decimal(p + 5, i);
        *p++ = '\n';
        if ((u32)(p - buf) >= limit) {
            write_all(1, buf, (u32)(p - buf));
            p = buf;
        }
    }
    write_all(1, buf, (u32)(p - buf));
    proc_exit(0);
}
