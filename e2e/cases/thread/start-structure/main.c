// thread_spawn_v2 starts a thread with a structure of the program's, where its
// entry finds what it needs; the call of 2022 has the kernel set the stack.
//#Build: freestanding threads
//#ExpectedStdout: ok
#include "thread.h"

typedef struct {
    void *stack, *tls;
    void (*run)(void *);
    void *arg;
    u8 reserved[40];
    u32 stack_size, guard_size;
} start_structure;

_Static_assert(sizeof(start_structure) == 64, "");

WASIX(thread_spawn_v2) u32 thread_spawn_v2(void *start, u32 *tid);
WASIX(thread_spawn)
u32 thread_spawn_old(u64 data, u64 base, u64 start, u32 reactor, u32 *tid);

static u8 stack[STACK] __attribute__((aligned(16))), tls[TLS_ROOM] __attribute__((aligned(16)));
static u32 got, at, id;
static u64 data;
static _Thread_local u32 mine = 5;

static void run(void *arg) {
    u32 local;
    at = (u32)&local;
    ok(thread_id(&id));
    check(mine++, 5);
    got = (u32)arg;
}

__attribute__((export_name("_start_thread"))) void old_entry(u64 d) {
    volatile u32 local = 1;
    at = (u32)&local;
    data = d;
    ok(thread_id(&id));
}

static u32 on_stack(void) { return at > (u32)stack && at < (u32)stack + STACK; }

void _start(void) {
    start_structure s = {.stack = stack + STACK, .tls = tls, .run = run, .arg = (void *)77, .stack_size = STACK};
    u32 tid;
    ok(thread_spawn_v2(&s, &tid));
    ok(thread_join(tid));
    check(got, 77);
    check(id, tid);
    check(on_stack(), 1);
    check(mine, 5);
    at = 0;
    ok(thread_spawn_old(0x123456789abcdefull, (u32)stack + STACK, (u32)stack, 0, &tid));
    ok(thread_join(tid));
    check(data, 0x123456789abcdefull);
    check(id, tid);
    check(on_stack(), 1);
    check(thread_spawn_v2((void *)0xfffffff0u, &tid), EFAULT);
    print("ok\n");
}
