// Processes that have ended keep no memory, however they end: a tab has about 120.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    arguments();
    if (argc > 1) proc_exit(3); // run again
    for (u32 i = 0; i < 200; i++) {
        u32 pid = fork();
        if (!pid) {
            if (i % 4 == 0) proc_exit(3);
            if (i % 4 == 1) run_again("exit");
            if (i % 4 == 2) proc_signal(self(), SIGKILL);
            __builtin_trap();
        }
        if (i % 4 < 2) wait_for(pid, 3);
        else if (i % 4 == 2) killed_by(pid, SIGKILL);
        else wait_for(pid, 134);
        pid = spawn_again("exit", 0, 0);
        wait_for(pid, 3);
    }
    print("ok\n");
}
