// proc_exec and proc_exec2 of older programs: they do not return, and end with
// the codes of shells when there is nothing to run.
//#Build: freestanding asyncify
//#Env: MARK=old
//#ExpectedStdout: ok
#include "proc.h"

static u32 run(u32 which, const char *path, const char *words) {
    u32 pid = fork();
    const char *args = lines(words);
    if (!pid && which == 1) proc_exec(path, length(path), args, length(args));
    if (!pid) proc_exec2(path, length(path), args, length(args), "MARK=new\n", 9);
    if (!pid) proc_exit(55);
    join_status status;
    check(join(pid, 0, &status), EXITED);
    return status.code;
}

void _start(void) {
    arguments();
    if (argc == 2) {
        u32 n, bytes;
        char *env[4], text[64];
        ok(environ_sizes_get(&n, &bytes));
        check(n == 1 && bytes == 9, 1);
        ok(environ_get(env, text));
        proc_exit(equal(env[0], "MARK=old") ? 60 : equal(env[0], "MARK=new") ? 61 : 1);
    }
    check(run(1, argv[0], "child"), 60);
    check(run(2, argv[0], "child"), 61);
    check(run(1, "/none", ""), 127);
    check(run(2, "/data", ""), 126);
    print("ok\n");
}
