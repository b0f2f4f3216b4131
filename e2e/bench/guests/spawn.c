// spawn measures the start and end of another program, by spawn and by fork and exec, and prints
// "name picoseconds" lines. Its memory is 8 MiB, of which a quarter has been written to.
//
// With an argument it runs that many programs by fork and exec, and says so.
#include "wasix.h"

#define ROUNDS 100

static volatile u8 used[2 << 20], unused[6 << 20];
static const char child[] = "/workspace/child";

static void exec_child(void) {
    check("proc_exec3", proc_exec3(child, sizeof child - 1, child, sizeof child - 1, 0, 0, 0, 0, 0));
}

static void spawn_wait(u32 n) {
    while (n--) {
        u32 pid;
        check("proc_spawn2", proc_spawn2(child, sizeof child - 1, child, sizeof child - 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, &pid));
        wait_for(pid);
    }
}

static void fork_exec_wait(u32 n) {
    while (n--) {
        u32 pid;
        check("proc_fork", proc_fork(1, &pid));
        if (pid == 0) exec_child();
        wait_for(pid);
    }
}

static void measure(const char *name, void (*run)(u32)) {
    run(ROUNDS / 10);
    u64 start = now();
    run(ROUNDS);
    report(name, (now() - start) * 1000 / ROUNDS);
}

void _start(void) {
    for (u32 i = 0; i < sizeof used; i += 64) used[i] = (u8)i;
    unused[sizeof unused - 1] = used[64];
    u32 times = number_argument();
    if (times) {
        fork_exec_wait(times);
        report("programs", times);
        proc_exit(0);
    }
    measure("spawn_wait", spawn_wait);
    measure("fork_exec_wait", fork_exec_wait);
    proc_exit(0);
}
