// popen as libc makes it of pipes that are closed on exec and of spawn: commands
// that are read from and written to, and what pclose says.
//#Build: freestanding
//#ExpectedStdout: written: data for it
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

typedef struct {
    u32 fd, pid;
} stream;

static stream popen(const char *command, u32 writes) {
    u32 p[2];
    stream s;
    ok(fd_pipe(&p[0], &p[1]));
    ok(fd_fdflags_set(p[0], CLOEXEC));
    ok(fd_fdflags_set(p[1], CLOEXEC));
    spawn_op op = {.cmd = OP_DUP2, .src = p[1 - writes], .fd = 1 - writes};
    s.pid = spawn_again(command, &op, 1);
    ok(fd_close(p[1 - writes]));
    s.fd = p[writes];
    return s;
}

static void pclose(stream s, u32 code) {
    ok(fd_close(s.fd));
    wait_for(s.pid, code);
}

void _start(void) {
    char b[64];
    arguments();
    if (argc > 1 && equal(argv[1], "echo")) {
        print(argv[2]);
        proc_exit(7);
    }
    if (argc > 1) {
        u32 n = 0;
        for (u32 more; (more = read_some(0, b + n, 64 - n)) > 0;) n += more;
        print("written: ");
        write_all(1, b, n);
        print("\n");
        proc_exit(n);
    }
    stream a = popen("echo something", 0), c = popen("show", 1);
    check(read_some(a.fd, b, 64), 9);
    check(same(b, "something", 9), 1);
    check(read_some(a.fd, b, 64), 0); // no other child holds the pipe open
    write_all(c.fd, "data ", 5);
    write_all(c.fd, "for it", 6);
    pclose(a, 7);
    pclose(c, 11);
    print("ok\n");
}
