// Arguments and environment may have 2 MiB together, and arrive; one byte more is
// E2BIG, for every call that starts programs.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

#define LIMIT (2 << 20)

static char args[LIMIT + 1], env[LIMIT + 1], text[LIMIT + 64];
static char *list[64];

static void all_there(void) {
    u32 n, bytes, m, more;
    ok(args_sizes_get(&n, &bytes));
    ok(environ_sizes_get(&m, &more));
    check(n, 2);
    check(m, 1);
    check(bytes + more, LIMIT);
    ok(args_get(list, text));
    check(equal(list[0], "limits"), 1);
    check(length(list[1]), LIMIT / 2 - 8);
    ok(environ_get(list, text));
    check(length(list[0]), LIMIT / 2 - 1);
    check(same(list[0], "E=xxx", 5), 1);
    proc_exit(6);
}

void _start(void) {
    u32 n, bytes, pid = 77;
    ok(args_sizes_get(&n, &bytes));
    if (n == 2 && bytes > 1000) all_there();
    arguments();
    const char *name = argv[0];
    u32 len = length(name);
    // "limits\n", and what fills half of it; "E=", and what fills the other half.
    for (u32 i = 0; i <= LIMIT; i++) args[i] = env[i] = 'x';
    for (u32 i = 0; i < 7; i++) args[i] = "limits\n"[i];
    args[LIMIT / 2 - 1] = '\n';
    env[0] = 'E', env[1] = '=';
    env[LIMIT / 2 - 1] = '\n';

    ok(proc_spawn2(name, len, args, LIMIT / 2, env, LIMIT / 2, 0, 0, 0, 0, 0, 0, 0, &pid));
    wait_for(pid, 6);
    pid = fork();
    if (!pid) proc_exit(proc_exec3(name, len, args, LIMIT / 2, env, LIMIT / 2, 0, 0, 0));
    wait_for(pid, 6);
    pid = fork();
    if (!pid) proc_exec2(name, len, args, LIMIT / 2, env, LIMIT / 2);
    wait_for(pid, 6);

    pid = 77;
    check(proc_exec3(name, len, args, LIMIT / 2, env, LIMIT / 2 + 1, 0, 0, 0), E2BIG);
    check(proc_exec3(name, len, args, LIMIT + 1, 0, 0, 0, 0, 0), E2BIG);
    check(proc_spawn2(name, len, args, LIMIT / 2 + 1, env, LIMIT / 2, 0, 0, 0, 0, 0, 0, 0, &pid), E2BIG);
    handles h;
    check(proc_spawn(name, len, 0, args, LIMIT + 1, "", 0, INHERIT, INHERIT, INHERIT, "", 0, &h), E2BIG);
    check(pid, 77);
    option_u32 any = {0, 0};
    join_status status;
    check(proc_join(&any, 0, &status), ECHILD);
    print("ok\n");
}
