// The older proc_spawn gives the parent the other ends of the child's streams.
//#Build: freestanding
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    char b[32];
    arguments();
    if (argc == 2) {
        u32 n = read_some(0, b, 32), cwd = 32;
        for (u32 i = 0; i < n; i++) b[i] -= 32;
        write_all(1, b, n);
        check(read_some(0, b, 32), 0);
        ok(getcwd(b, &cwd));
        write_all(2, b, cwd);
        proc_exit(8);
    }
    handles h;
    ok(chdir("/", 1));
    const char *args = lines("child");
    ok(proc_spawn(argv[0], length(argv[0]), 0, args, length(args), 0, 0, PIPED, PIPED, PIPED, "/tmp", 4, &h));
    check(h.in.tag + h.out.tag + h.err.tag, 3);
    write_all(h.in.fd, "hello", 5);
    ok(fd_close(h.in.fd));
    check(read_some(h.out.fd, b, 32), 5);
    check(same(b, "HELLO", 5), 1);
    check(read_some(h.err.fd, b, 32), 4);
    check(same(b, "/tmp", 4), 1);
    check(read_some(h.out.fd, b, 32), 0);
    wait_for(h.pid, 8);
    // Nothing to read, nowhere to write.
    ok(proc_spawn(argv[0], length(argv[0]), 0, args, length(args), 0, 0, NULL_DEVICE, NULL_DEVICE, PIPED, "", 0, &h));
    check(h.in.tag + h.out.tag, 0);
    check(read_some(h.err.fd, b, 32), 1);
    wait_for(h.pid, 8);
    check(proc_spawn("/none", 5, 0, "x", 1, 0, 0, PIPED, PIPED, PIPED, "", 0, &h), ENOENT);
    check(proc_spawn(argv[0], length(argv[0]), 1, args, length(args), 0, 0, 1, 1, 1, "", 0, &h), ENOTSUP);
    print("ok\n");
}
