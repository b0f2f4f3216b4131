// Which signals a child ignores: those its parent was told to ignore, and what
// the call says.
//#Build: freestanding
//#ExpectedStdout: ok
#include "proc.h"

static u32 ignored(u32 signal) {
    disposition list[32];
    u32 n;
    ok(proc_signals_sizes_get(&n));
    check(n <= 32, 1);
    ok(proc_signals_get(list));
    for (u32 i = 0; i < n; i++)
        if (list[i].signal == signal) return list[i].ignored;
    return 0;
}

static u32 run(const char *word, const disposition *list, u32 n) {
    const char *args = lines(word);
    u32 pid = 0;
    ok(proc_spawn2(argv[0], length(argv[0]), args, length(args), 0, 0, 0, 0, list, n, 0, 0, 0, &pid));
    return pid;
}

void _start(void) {
    static const disposition ignore[] = {{SIGUSR1, 1}, {SIGTERM, 1}}, again[] = {{SIGTERM, 0}};
    arguments();
    if (argc == 1) {
        check(ignored(SIGUSR1), 0);
        wait_for(run("first", ignore, 2), 21);
        killed_by(run("plain", 0, 0), SIGUSR1);
        disposition wrong = {99, 1};
        u32 pid;
        check(proc_spawn2(argv[0], length(argv[0]), 0, 0, 0, 0, 0, 0, &wrong, 1, 0, 0, 0, &pid), EINVAL);
        print("ok\n");
        return;
    }
    ok(proc_raise(SIGUSR1)); // ignored by the first, ends the plain one
    check(ignored(SIGUSR1), 1);
    if (equal(argv[1], "first")) {
        check(ignored(SIGTERM), 1);
        ok(proc_signal(self(), SIGTERM));
        wait_for(run("grandchild", again, 1), 22);
        ok(run_again("image"));
    }
    check(ignored(SIGTERM), argv[1][0] == 'i');
    proc_exit(argv[1][0] == 'i' ? 21 : 22);
}
