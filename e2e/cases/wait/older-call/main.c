// proc_join as programs of 2022 have it: two parameters, and a status as wait has
// it.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

__attribute__((import_module("wasix_32v1"), import_name("proc_join"))) u32 older_join(u32 *pid, u32 *status);

static u32 child(u32 code) {
    u32 pid = fork();
    if (!pid) proc_exit(code);
    return pid;
}

void _start(void) {
    u32 pid = child(7), found = pid, status = 99;
    ok(older_join(&found, &status));
    check(found, pid);
    check(status, 7 << 8);
    found = pid;
    check(older_join(&found, &status), ECHILD);
    // Any child, in both ways to say it.
    pid = child(0);
    found = 0;
    ok(older_join(&found, &status));
    check(found, pid);
    check(status, 0);
    pid = child(255);
    found = 0xffffffff;
    ok(older_join(&found, &status));
    check(found, pid);
    check(status, 255 << 8);
    check(older_join(&found, &status), ECHILD);
    // One that a signal ends, and is not told of when it stops.
    pid = fork();
    if (!pid) {
        ok(proc_raise(SIGSTOP));
        proc_exit(1);
    }
    join_status stopped = {0};
    check(join(pid, UNTRACED, &stopped), STOPPED);
    ok(proc_signal(pid, SIGTERM));
    ok(proc_signal(pid, SIGCONT));
    found = pid;
    ok(older_join(&found, &status));
    check(status, SIGTERM);
    // Of one that traps.
    pid = fork();
    if (!pid) __builtin_trap();
    found = pid;
    ok(older_join(&found, &status));
    check(status, 134 << 8);
    check(older_join((u32 *)0xfffffffe, &status), EFAULT);
    print("ok\n");
}
