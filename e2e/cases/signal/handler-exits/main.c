// A handler that ends the process while a call waits, with the handler's code.
//#Build: freestanding asyncify
//#ExpectedStdout: in the handler
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"

HANDLER handler(u32 signal) {
    if (signal != SIGHUP) return;
    print("in the handler\n");
    proc_exit(23);
}

void _start(void) {
    u32 r, w;
    char c = 0;
    ok(fd_pipe(&r, &w));
    u32 pid = fork();
    if (!pid) {
        hear();
        write_all(w, &c, 1);
        sleep(MINUTE);
        proc_exit(1);
    }
    check(read_some(r, &c, 1), 1);
    ok(proc_signal(pid, SIGHUP));
    wait_for(pid, 23);
    print("ok\n");
}
