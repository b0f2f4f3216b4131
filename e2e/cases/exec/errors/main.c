// An exec that fails returns, and the program is as it was.
//#Build: freestanding
//#PrefilledFile: text:this is no program
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

static u32 try(const char *path) { return proc_exec3(path, length(path), "x", 1, 0, 0, 0, 0, 0); }

void _start(void) {
    static char many[(2 << 20) + 1];
    u64 at;
    u32 f = open_file("/f", O_CREAT, 0);
    ok(fd_fdflags_set(f, CLOEXEC));
    check(try("/none"), ENOENT);
    check(try(""), ENOENT);
    check(try("/data"), EACCES);
    check(try("/data/text"), ENOEXEC);
    check(try("/data/text/x"), ENOTDIR);
    put("/cut", "\0asm\1");
    ok(symlink("loop", "/loop"));
    check(try("/loop"), ELOOP);
    u32 e = proc_exec3("/data/main", 10, many, sizeof many, 0, 0, 0, 0, 0);
    check(e, E2BIG);
    check(proc_exec3("/data/main", 10, (const char *)0xfffffff0u, 99, 0, 0, 0, 0, 0), EFAULT);
    // The beginning of a module is none.
    u32 g = open_file("/half", O_CREAT, 0);
    write_all(g, "\0asm\1\0\0\0\1", 9);
    check(try("/half"), ENOEXEC);
    ok(fd_tell(f, &at));
    print("ok\n");
}
