// A context needs memory for its stack. That of one that has ended is used again.
//#Build: freestanding -Wl,--export-table,--max-memory=1048576
//#ExpectedStdout: ok
#include "context.h"

enum { ENOMEM = 48 };

static void entry(void) {
    for (;;) leave_for(MAIN);
}

void _start(void) {
    u64 ids[64];
    u32 n = 0;
    while (!context_create(&ids[n], entry)) n++;
    check(n > 1, 1);
    check(context_create(&ids[n], entry), ENOMEM);
    check(context_create(&ids[n], (void (*)(void))0), EINVAL);
    for (u32 i = 0; i < n; i++) leave_for(ids[i]);
    for (u32 i = 0; i < n; i++) {
        ok(context_destroy(ids[i]));
        ids[i] = context(entry);
        leave_for(ids[i]);
    }
    check(context_create(&ids[n], entry), ENOMEM);
    print("ok\n");
}
