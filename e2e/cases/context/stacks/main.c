// Each context has a stack of its own, for the variables whose addresses are taken,
// too. Nobody finds those of another one, whatever the depth from which they switch.
//#Build: freestanding -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"

enum { N = 5, DEPTH = 12 };

static u64 all[N + 1];
static u32 now; // whose turn it is; N: the main one's
static u32 seed = 1;

static u32 next(void) { return seed = seed * 1103515245 + 12345, seed >> 16; }

__attribute__((noinline)) static void fill(volatile u32 *p, u32 n, u32 v) {
    for (u32 i = 0; i < n; i++) p[i] = v + i;
}

// dive has some memory at each level, and switches at some.
__attribute__((noinline)) static void dive(u32 who, u32 depth) {
    volatile u32 mine[50];
    u32 v = who * 1000000 + depth * 1000 + next() % 500;
    fill(mine, 50, v);
    if (next() % 3 == 0) {
        u32 to = next() % (N + 1);
        now = to;
        leave_for(to == N ? MAIN : all[to]);
        check(now, who);
    }
    if (depth < DEPTH && next() % 8) dive(who, depth + 1);
    for (u32 i = 0; i < 50; i++) check(mine[i], v + i);
}

static void entry(void) {
    u32 who = now;
    for (;;) dive(who, 0);
}

void _start(void) {
    for (u32 i = 0; i < N; i++) all[i] = context(entry);
    for (u32 i = 0; i < 1000; i++) dive(N, 0);
    print("ok\n");
}
