// A handler may jump out of the call that it interrupts; the next signal is
// delivered, too.
//#Build: freestanding longjmp
//#ExpectedStdout: ok
#include "jump.h"
#include "proc.h"

static jmp_buf env;
static volatile u32 count;

HANDLER handler(u32 signal) {
    if (signal != SIGALRM && signal != SIGUSR1) return;
    count++;
    longjmp(env, signal);
}

void _start(void) {
    u32 r, w;
    hear();
    ok(fd_pipe(&r, &w));
    for (volatile u32 i = 0; i < 20; i++) {
        u32 got = setjmp(env);
        if (!got) {
            if (i % 2) {
                ok(proc_raise(SIGUSR1));
            } else {
                char c;
                ok(proc_raise_interval(SIGALRM, 1000000, 0));
                read_some(r, &c, 1);
            }
            print("came back\n");
        }
        check(got, i % 2 ? SIGUSR1 : SIGALRM);
        check(count, i + 1);
    }
    print("ok\n");
}
