// exec runs another program in the same process: its id, directory and
// descriptors stay, its memory does not, and what it says is the exit code.
//#Build: freestanding asyncify
//#ExpectedStdout: 1: one two
//#ExpectedStdout: 2: three
//#ExpectedExitCode: 33
#include "fs.h"
#include "proc.h"

static u32 fresh = 1;

void _start(void) {
    arguments();
    u32 fd = 40;
    check(fresh, 1);
    fresh = 0;
    if (argc == 1) {
        ok(mkdir("/x"));
        ok(go("/x"));
        put("note", "left");
        u32 f = open_file("/pid", O_CREAT, 0), me = self();
        write_all(f, &me, 4);
        ok(fd_renumber(f, fd));
        ok(run_again("1 one two"));
    }
    contents("note", "left");
    u32 was;
    iovec iov = {&was, 4};
    u32 n;
    ok(fd_pread(fd, &iov, 1, 0, &n));
    check(was, self());
    print(argv[1]);
    print(":");
    for (u32 i = 2; i < argc; i++) {
        print(" ");
        print(argv[i]);
    }
    print("\n");
    if (argv[1][0] == '1') ok(run_again("2 three"));
    proc_exit(33);
}
