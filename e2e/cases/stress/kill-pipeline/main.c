// Three processes in a pipeline, and each of them killed in turn: the others
// come to their end.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"

static char buf[10000];

enum { PRODUCER, FILTER, CONSUMER, STAGES };

// copy passes on what comes, until the end; from 0 there is always more.
static void copy(u32 from, u32 to) {
    for (;;) {
        u32 n = sizeof buf;
        if (from && !(n = read_some(from, buf, sizeof buf))) proc_exit(0);
        if (to) write_all(to, buf, n);
    }
}

void _start(void) {
    for (u32 round = 0; round < 4 * STAGES; round++) {
        u32 victim = round % STAGES, pid[STAGES], r1, w1, r2, w2;
        ok(fd_pipe(&r1, &w1));
        ok(fd_pipe(&r2, &w2));
        for (u32 i = 0; i < STAGES; i++) {
            if ((pid[i] = fork())) continue;
            if (i != PRODUCER) ok(fd_close(w1));
            if (i != FILTER) ok(fd_close(r1)), ok(fd_close(w2));
            if (i != CONSUMER) ok(fd_close(r2));
            if (i == PRODUCER) copy(0, w1);
            if (i == FILTER) copy(r1, w2);
            copy(r2, 0);
        }
        ok(fd_close(r1)), ok(fd_close(w1)), ok(fd_close(r2)), ok(fd_close(w2));
        if (round >= STAGES) thread_sleep(round * MS);
        ok(proc_signal(pid[victim], SIGKILL));
        killed_by(pid[victim], SIGKILL);
        for (u32 i = 0; i < STAGES; i++) {
            if (i < victim) killed_by(pid[i], SIGPIPE);
            if (i > victim) wait_for(pid[i], 0);
        }
    }
    print("ok\n");
}
