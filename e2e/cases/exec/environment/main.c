// What the environment of the new program is: the list that it is given, or that
// of the old one.
//#Build: freestanding asyncify
//#Env: KEEP=yes
//#ExpectedStdout: ok
#include "proc.h"

static char *env[16], text[1024];
static u32 n;

static u32 run(const char *word, const char *list) {
    u32 pid = fork();
    if (!pid) {
        const char *args = lines(word);
        proc_exit(proc_exec3(argv[0], length(argv[0]), args, length(args), list, list ? length(list) : 0, 0, 0, 0));
    }
    join_status status;
    check(join(pid, 0, &status), EXITED);
    return status.code;
}

void _start(void) {
    u32 bytes;
    arguments();
    ok(environ_sizes_get(&n, &bytes));
    check(n < 16 && bytes <= sizeof text, 1);
    ok(environ_get(env, text));
    if (argc == 2) {
        if (equal(argv[1], "kept")) proc_exit(n == 1 && equal(env[0], "KEEP=yes") ? 50 : 1);
        if (equal(argv[1], "none")) proc_exit(n == 0 ? 51 : 1);
        proc_exit(n == 3 && equal(env[0], "A=1") && equal(env[1], "EMPTY=") && equal(env[2], "B=x=y z") ? 52 : 1);
    }
    check(run("kept", 0), 50);
    check(run("none", ""), 51);
    check(run("new", "A=1\nEMPTY=\nB=x=y z\n"), 52);
    print("ok\n");
}
