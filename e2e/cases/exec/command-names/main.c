// proc_exec and proc_exec2 of older programs get the names of commands, which are
// looked for in PATH; a file of that name in the current directory comes first.
//#Build: freestanding asyncify
//#Env: PATH=/none:/one:/two
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

static u32 run(u32 which, const char *name) {
    u32 pid = fork();
    const char *args = "tool\nfound\n";
    if (!pid && which == 1) proc_exec(name, length(name), args, length(args));
    if (!pid) proc_exec2(name, length(name), args, length(args), "PATH=/elsewhere\n", 16);
    join_status status;
    check(join(pid, 0, &status), EXITED);
    return status.code;
}

void _start(void) {
    arguments();
    if (argc == 2) {
        check(equal(argv[0], "tool"), 1);
        proc_exit(60);
    }
    ok(mkdir("/one"));
    ok(mkdir("/two"));
    ok(symlink("/data/main", "/two/tool"));
    for (u32 which = 1; which < 3; which++) {
        check(run(which, "tool"), 60);
        check(run(which, "none"), 127);
        check(run(which, "/tool"), 127);
        check(run(which, "one/tool"), 127);
    }
    // proc_exec3 says whether to look, and is told when there is nothing.
    check(proc_exec3("tool", 4, "tool\nfound\n", 11, 0, 0, 0, 0, 0), ENOENT);
    ok(go("/one"));
    put("tool", "no program");
    check(run(1, "tool"), 126);
    print("ok\n");
}
