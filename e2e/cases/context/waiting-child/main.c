// A call that a signal does not end goes on waiting after its handler, in its own
// context, whatever the handlers of others do meanwhile.
//#Build: freestanding -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "proc.h"

static u64 a;
static u32 r, w, children, got;
static char c;

HANDLER handler(u32 signal) {
    if (signal == SIGCHLD && !children++) leave_for(MAIN); // out of the read
    if (signal == SIGUSR1) leave_for(a);                   // into that handler
}

static void reads(void) {
    spawn_op ops[] = {{.cmd = OP_CLOSE, .fd = w}};
    spawn_again("child", ops, 1);
    got = read_some(r, &c, 1); // SIGCHLD comes first
    for (;;) leave_for(MAIN);
}

void _start(void) {
    arguments();
    if (argc > 1) proc_exit(0);
    hear();
    ok(fd_pipe(&r, &w));
    a = context(reads);
    leave_for(a);
    check(children, 1);
    check(got, 0);
    write_all(w, "x", 1);
    ok(proc_raise(SIGUSR1)); // the handler of a ends while that of main has not
    check(got, 1);
    check(c, 'x');
    print("ok\n");
}
