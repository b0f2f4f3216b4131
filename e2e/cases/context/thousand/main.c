// A thousand contexts, all of them alive; then others in their place, again and
// again.
//#Build: freestanding -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"

enum { N = 1000 };

static u64 all[N], sum;
static u32 now;

static void entry(void) {
    u32 mine = now;
    for (;;) {
        sum += mine;
        now++;
        leave_for(now % 7 || now >= N ? MAIN : all[now]); // some, in a row
    }
}

static void round(void) {
    sum = 0;
    for (now = 0; now < N;) leave_for(all[now]);
    check(sum, N * (N - 1) / 2);
}

void _start(void) {
    for (u32 i = 0; i < N; i++) all[i] = context(entry);
    for (u32 i = 0; i < 10; i++) round();
    u32 pages = __builtin_wasm_memory_size(0);
    for (u32 k = 0; k < 3; k++) {
        for (u32 i = 0; i < N; i += 2) ok(context_destroy(all[i]));
        for (u32 i = 0; i < N; i += 2) all[i] = context(entry);
        round();
    }
    for (u32 i = 0; i < N / 2; i++) ok(context_destroy(all[i]));
    check(__builtin_wasm_memory_size(0), pages);
    print("ok\n"); // the others are suspended when the program ends
}
