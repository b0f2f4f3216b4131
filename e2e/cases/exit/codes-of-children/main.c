// A parent learns the exit codes of its children: those of both calls, of a
// program that returns, and of one that faults.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    arguments();
    if (argc == 2 && equal(argv[1], "returns")) return;
    static const u32 codes[] = {0, 1, 2, 126, 127, 128, 255};
    for (u32 i = 0; i < sizeof codes / sizeof *codes; i++) {
        u32 pid = fork();
        if (!pid && i % 2) proc_exit2(codes[i]);
        if (!pid) proc_exit(codes[i]);
        wait_for(pid, codes[i]);
    }
    wait_for(spawn_again("returns", 0, 0), 0);
    u32 pid = fork();
    if (!pid) __builtin_trap();
    wait_for(pid, 134);
    print("ok\n");
}
