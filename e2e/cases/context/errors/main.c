// What cannot be made, ended or switched to.
//#Build: freestanding -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"

static u64 a;
static u32 ran;

static void entry(void) {
    ran++;
    check(context_destroy(a), EINVAL);
    check(context_destroy(MAIN), EINVAL);
    for (;;) leave_for(MAIN);
}

static u32 other_type(u32 x) { return x; }

void _start(void) {
    u64 id = 7;
    check(context_destroy(MAIN), EINVAL);
    check(context_switch(1), EINVAL);
    check(context_switch(1ULL << 32), EINVAL);
    ok(context_destroy(1));
    ok(context_destroy(0xdeadbeef00000000));

    check(context_create(&id, (void (*)(void))0), EINVAL);
    check(context_create(&id, (void (*)(void))100000), EINVAL);
    check(context_create(&id, (void (*)(void))0xffffffff), EINVAL);
    check(context_create(&id, (void (*)(void))other_type), EINVAL);
    check(context_create((u64 *)0xfffffffc, entry), EFAULT);
    check(id, 7);

    a = context(entry);
    leave_for(a);
    check(ran, 1);
    check(context_switch(a | 1ULL << 32), EINVAL);
    leave_for(a);
    ok(context_destroy(a));
    check(context_switch(a), EINVAL);
    ok(context_destroy(a));

    u64 b = context(entry); // never begins
    check(a != b, 1);
    ok(context_destroy(b));
    check(context_switch(b), EINVAL);
    check(ran, 1);
    print("ok\n");
}
