// A program may end in any of its contexts, in every way there is, and all end with
// it: the suspended ones, those inside each other's calls, and those that never began.
//#Build: freestanding -Wl,--export-table
//#AbstractConfig: base
//#Config: returns:base
//#Args: returns
//#ExpectedExitCode: 129
//#Config: exits:base
//#Args: exits
//#ExpectedExitCode: 7
//#Config: traps:base
//#Args: traps
//#ExpectedExitCode: 134
//#Config: overflows:base
//#Args: overflows
//#ExpectedExitCode: 134
//#Config: executes:base
//#Args: executes
//#ExpectedStdout: executed
//#ExpectedExitCode: 3
//#Config: killed:base
//#Args: killed
//#ExpectedStdout: ok
//#Config: main:base
//#Args: main
//#ExpectedExitCode: 9
//#Config: after-destroy:base
//#Args: after-destroy
//#ExpectedExitCode: 9
#include "context.h"
#include "proc.h"

static u64 a, b, c, d;
static char how;

static u32 deeper(u32 n);
static u32 (*volatile down)(u32) = deeper;
static u32 deeper(u32 n) { return down(n + 1) * 3 + n; }

static void end(void) {
    u32 r, w;
    char buf;
    switch (how) {
    case 'r': return;
    case 'x': proc_exit(7);
    case 't': __builtin_trap();
    case 'o': deeper(0); return;
    case 'e': run_again("executed"); proc_exit(1);
    case 'k':
        ok(fd_pipe(&r, &w));
        print("here\n");
        read_some(r, &buf, 1); // for ever
        return;
    }
}

static void idle(void) {
    for (;;) leave_for(MAIN);
}

static void middle(void) {
    leave_for(c);
    proc_exit(70);
}

static int is(const char *s) {
    for (u32 i = 0; argv[1][i] == s[i]; i++)
        if (!s[i]) return 1;
    return 0;
}

void _start(void) {
    arguments();
    if (is("executed")) {
        print("executed\n");
        proc_exit(3);
    }
    how = is("exits") ? 'x' : is("executes") ? 'e' : is("killed-child") ? 'k' : argv[1][0];
    if (is("killed")) {
        u32 r, w;
        char buf;
        ok(fd_pipe(&r, &w));
        spawn_op op[] = {{.cmd = OP_DUP2, .src = w, .fd = 1}};
        u32 pid = spawn_again("killed-child", op, 1);
        check(read_some(r, &buf, 1), 1);
        ok(proc_signal(pid, SIGKILL));
        killed_by(pid, SIGKILL);
        print("ok\n");
        proc_exit(0);
    }
    a = context(idle);
    b = context(middle);
    c = context(end);
    d = context(idle); // never begins
    leave_for(a);
    if (how == 'm') proc_exit(9);
    if (how == 'a') { // after-destroy
        c = context(idle);
        context_switch(c);
        ok(context_destroy(a));
        ok(context_destroy(c));
        proc_exit(9);
    }
    leave_for(b);
    proc_exit(71);
}
