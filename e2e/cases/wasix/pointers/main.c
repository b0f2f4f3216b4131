// A pointer that leads outside of memory is EFAULT, and nothing else happens.
//#Build: freestanding
//#ExpectedStdout: ok
#include "wasix.h"

void _start(void) {
    u32 size = __builtin_wasm_memory_size(0) << 16, done, r, w;
    char *end = (char *)size;
    iovec over = {end - 2, 3}, wraps = {(void *)0xfffffff0u, 0x20}, fine = {"x", 1};
    ok(fd_pipe(&r, &w));
    check(fd_write(w, &over, 1, &done), EFAULT);
    check(fd_write(w, &wraps, 1, &done), EFAULT);
    check(fd_write(w, (iovec *)(end - 4), 1, &done), EFAULT);
    check(fd_write(w, (iovec *)0xfffffff8u, 0x20000001, &done), EINVAL);
    check(fd_write(w, &fine, 1, (u32 *)(end - 3)), EFAULT);
    check(random_get(end - 8, 9), EFAULT);
    ok(random_get(end - 8, 8));
    check(clock_time_get(REALTIME, 1, (u64 *)(end - 7)), EFAULT);
    check(path_create_directory(3, end - 1, 2), EFAULT);
    done = 1000;
    check(getcwd(end, &done), EFAULT);
    check(fd_pipe((u32 *)end, &w), EFAULT);
    check(fd_filestat_get(3, (filestat *)(end - 63)), EFAULT);
    print("ok\n");
}
