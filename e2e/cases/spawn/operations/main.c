// What is done to a child's descriptors before it starts: closed, copied, opened,
// one after the other, and its directory.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

#define PATH(p) .path = p, .path_len = sizeof p - 1

static void child(void) {
    u64 at;
    u32 f;
    check(fd_tell(20, &at), EBADF);  // closed
    ok(fd_tell(21, &at));            // copied, with the offset
    check(at, 3);
    ok(fd_tell(22, &at));            // opened
    check(at, 0);
    write_all(22, "child", 5);
    check(fd_tell(23, &at), EBADF);  // marked, and a child is an exec
    ok(fd_tell(24, &at));            // marked, and copied to itself
    char b[20];
    u32 n = sizeof b;
    ok(getcwd(b, &n));
    check(equal(b, "/dir/sub"), 1);
    ok(open_read("here", &f));
    proc_exit(12);
}

void _start(void) {
    u32 f, n, dir;
    arguments();
    if (argc == 2) child();
    ok(go("/"));
    ok(mkdir("/dir"));
    ok(mkdir("/dir/sub"));
    put("/dir/sub/here", "");
    f = open_file("/f", O_CREAT, 0);
    write_all(f, "abc", 3);
    ok(fd_dup2(f, 20, 0, &n));
    ok(fd_dup2(f, 23, 1, &n));
    ok(fd_dup2(f, 24, 1, &n));
    ok(open_dir("/dir", &dir));
    spawn_op ops[] = {
        {.cmd = OP_DUP2, .src = 20, .fd = 21},
        {.cmd = OP_CLOSE, .fd = 20},
        {.cmd = OP_OPEN, .fd = 22, PATH("/made"), .oflags = O_CREAT, .base = ALL},
        {.cmd = OP_DUP2, .src = 24, .fd = 24},
        {.cmd = OP_FCHDIR, .fd = dir},
        {.cmd = OP_CHDIR, PATH("sub")},
    };
    wait_for(spawn_again("child", ops, 6), 12);
    contents("/made", "child");
    check(tell(20), 3); // the parent's are as they were
    ok(exists("f"));

    // One that fails: there is no child, and the parent is told why.
    u32 pid = 77;
    spawn_op bad[] = {{.cmd = OP_CLOSE, .fd = 99}, {.cmd = OP_OPEN, .fd = 9, PATH("/none"), .base = RIGHT_READ},
                      {.cmd = OP_CHDIR, PATH("/f")}, {.cmd = OP_DUP2, .src = 99, .fd = 1}, {.cmd = 9}};
    static const u32 errors[] = {EBADF, ENOENT, ENOTDIR, EBADF, EINVAL};
    const char *args = lines("child");
    for (u32 i = 0; i < 5; i++)
        check(proc_spawn2(argv[0], length(argv[0]), args, length(args), 0, 0, bad + i, 1, 0, 0, 0, 0, 0, &pid), errors[i]);
    check(pid, 77);
    option_u32 who = {0, 0};
    join_status status;
    check(proc_join(&who, 0, &status), ECHILD);
    print("ok\n");
}
