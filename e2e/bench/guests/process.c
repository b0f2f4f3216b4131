// process measures fork and pipes, and prints "name picoseconds" lines. Its memory is 8 MiB, of which
// a quarter has been written to.
#include "wasix.h"

#define FORKS 300
#define ROUND_TRIPS 100000

static volatile u8 used[2 << 20], unused[6 << 20];

static void fork_wait(u32 n) {
    while (n--) {
        u32 pid;
        check("proc_fork", proc_fork(1, &pid));
        if (pid == 0) proc_exit(0);
        wait_for(pid);
    }
}

// ping_pong sends a byte to a child and waits for it to come back.
static void ping_pong(u32 n) {
    u32 to_child[2], to_parent[2], pid;
    u8 byte = 'x';
    check("fd_pipe", fd_pipe(&to_child[0], &to_child[1]));
    check("fd_pipe", fd_pipe(&to_parent[0], &to_parent[1]));
    check("proc_fork", proc_fork(1, &pid));
    if (pid == 0) {
        for (u32 i = 0; i < n + n / 10; i++) {
            read_all(to_child[0], &byte, 1);
            write_all(to_parent[1], &byte, 1);
        }
        proc_exit(0);
    }
    u64 start = 0;
    for (u32 i = 0; i < n + n / 10; i++) {
        if (i == n / 10) start = now(); // the first tenth warms up
        write_all(to_child[1], &byte, 1);
        read_all(to_parent[0], &byte, 1);
    }
    report("pipe_round_trip", (now() - start) * 1000 / n);
    wait_for(pid);
}

void _start(void) {
    for (u32 i = 0; i < sizeof used; i += 64) used[i] = (u8)i;
    unused[sizeof unused - 1] = used[64];
    fork_wait(FORKS / 10);
    u64 start = now();
    fork_wait(FORKS);
    report("fork_wait", (now() - start) * 1000 / FORKS);
    ping_pong(ROUND_TRIPS);
    proc_exit(0);
}
