// A handler jumps out of a call that would go on waiting; and other signals that
// are pending by then wait for the jump to end.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "asyncify_jump.h"
#include "proc.h"

static jmp_buf env;
static volatile u32 jump, seen[65];

HANDLER __wasm_signal(u32 signal) {
    seen[signal]++;
    if (signal == jump) {
        jump = 0;
        if (signal == SIGUSR1) ok(proc_raise(SIGUSR2)); // its handler runs in this one
        longjmp(&env, signal);
    }
}

void _start(void) {
    u32 r, w, pid;
    char c;
    hear();
    ok(fd_pipe(&r, &w));
    for (volatile u32 i = 0; i < 5; i++) {
        u32 got = setjmp(&env);
        if (!got) {
            jump = SIGCHLD;
            pid = fork();
            if (!pid) {
                ok(thread_sleep(5 * MS));
                proc_exit(3);
            }
            read_some(r, &c, 1);
            print("came back\n");
        }
        check(got, SIGCHLD);
        check(seen[SIGCHLD], i + 1);
        wait_for(pid, 3);
    }
    // The next call that waits is its own.
    jump = 0;
    u32 got = setjmp(&env);
    if (!got) {
        pid = fork();
        if (!pid) {
            ok(thread_sleep(5 * MS));
            write_all(w, "x", 1);
            proc_exit(4);
        }
        hold();
        ok(proc_raise(SIGUSR1));
        ok(proc_raise(SIGTERM));
        jump = SIGUSR1;
        hear();
        print("came back\n");
    }
    check(got, SIGUSR1);
    check(seen[SIGUSR2], 1);
    check(seen[SIGTERM], 1);
    check(read_some(r, &c, 1), 1);
    wait_for(pid, 4);
    print("ok\n");
}
