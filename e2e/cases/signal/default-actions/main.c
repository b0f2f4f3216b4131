// What signals do to a program that says nothing about them.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    static const u8 fatal[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 29, 30, 31};
    static const u8 harmless[] = {17, 18, 23, 28};
    for (u32 i = 0; i < sizeof fatal; i++) {
        u32 pid = fork();
        if (!pid) {
            ok(proc_raise(fatal[i]));
            proc_exit(1);
        }
        killed_by(pid, fatal[i]);
    }
    for (u32 i = 0; i < sizeof harmless; i++) ok(proc_raise(harmless[i]));
    // 19 to 22 stop it.
    for (u32 signal = 19; signal <= 22; signal++) {
        join_status status;
        u32 pid = fork();
        if (!pid) {
            ok(proc_raise(signal));
            proc_exit(signal);
        }
        check(join(pid, UNTRACED, &status), STOPPED);
        ok(proc_signal(pid, SIGCONT));
        wait_for(pid, signal);
    }
    print("ok\n");
}
