// thread.h: threads for cases without a libc ("Build: freestanding threads"), and
// what they wait for each other with: the primitives of pthreads over futexes.
#pragma once
#include "wasix.h"

#ifndef THREADS
#define THREADS 16 // most at once
#endif
enum { STACK = 32768, TLS_ROOM = 1024, ETIMEDOUT = 73 };

#ifdef __cplusplus
extern "C" {
#endif
__attribute__((import_module("wasi"), import_name("thread-spawn"))) s32 thread_spawn(void *arg);
WASIX(futex_wait) u32 futex_wait(volatile u32 *futex, u32 expected, const option_u64 *timeout, u8 *woken);
WASIX(futex_wake) u32 futex_wake(volatile u32 *futex, u8 *woken);
WASIX(futex_wake_all) u32 futex_wake_all(volatile u32 *futex, u8 *woken);
WASIX(thread_exit) __attribute__((noreturn)) void thread_exit(u32 code);
WASIX(thread_id) u32 thread_id(u32 *tid);
WASIX(thread_join) u32 thread_join(u32 tid);
WASIX(thread_signal) u32 thread_signal(u32 tid, u32 signal);
WASIX(thread_sleep) u32 thread_sleep(u64 ns);

typedef struct {
    void *stack, *tls; // read by wasi_thread_start
    void (*run)(void *);
    void *arg;
    u32 tid;
} thread;

// The entry of a thread gives it a stack and thread-locals before it runs C.
__asm__(".globaltype __stack_pointer, i32\n"
        ".functype __wasm_init_tls (i32) -> ()\n"
        ".functype thread_main (i32) -> ()\n"
        ".export_name wasi_thread_start, wasi_thread_start\n"
        ".globl wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        "wasi_thread_start:\n"
        ".functype wasi_thread_start (i32, i32) -> ()\n"
        "local.get 1\n i32.load 0\n global.set __stack_pointer\n"
        "local.get 1\n i32.load 4\n call __wasm_init_tls\n"
        "local.get 1\n call thread_main\n"
        "end_function\n");

// at_thread_end is for what a case wants done when a thread's function returns.
static void (*at_thread_end)(void);

__attribute__((used)) void thread_main(thread *t) {
    t->run(t->arg);
    if (at_thread_end) at_thread_end();
}
#ifdef __cplusplus
}
#endif

// start runs a function in a thread of its own; slot is below THREADS, and used
// by one thread at a time.
static inline thread *start(u32 slot, void (*run)(void *), void *arg) {
    static thread all[THREADS];
    static u8 stacks[THREADS][STACK] __attribute__((aligned(16))), tls[THREADS][TLS_ROOM] __attribute__((aligned(16)));
    thread *t = &all[slot];
    if (slot >= THREADS || __builtin_wasm_tls_size() > TLS_ROOM) proc_exit(70);
    t->stack = stacks[slot] + STACK;
    t->tls = tls[slot];
    t->run = run;
    t->arg = arg;
    s32 tid = thread_spawn(t);
    check(tid > 0, 1);
    t->tid = (u32)tid;
    return t;
}

static inline void finish(thread *t) { ok(thread_join(t->tid)); }

#define load(p) __atomic_load_n(p, __ATOMIC_SEQ_CST)
#define store(p, v) __atomic_store_n(p, v, __ATOMIC_SEQ_CST)
#define add(p, v) __atomic_add_fetch(p, v, __ATOMIC_SEQ_CST)
#define swap(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)

// cas changes a word from a value to another one, or returns 0.
static inline u32 cas(volatile u32 *p, u32 from, u32 to) {
    return __atomic_compare_exchange_n(p, &from, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

// wait sleeps while a word has a value. It returns 0 after the time-out, in
// nanoseconds; 0 is none.
static inline u32 wait(volatile u32 *p, u32 value, u64 timeout) {
    option_u64 limit = {(u8)(timeout != 0), timeout};
    u8 woken;
    ok(futex_wait(p, value, &limit, &woken));
    return woken;
}

static inline void wake(volatile u32 *p) {
    u8 woken;
    ok(futex_wake(p, &woken));
}

static inline void wake_all(volatile u32 *p) {
    u8 woken;
    ok(futex_wake_all(p, &woken));
}

// A mutex: 0 free, 1 locked, 2 locked with others waiting. lock returns
// ETIMEDOUT when a time-out is given and passes.
typedef volatile u32 mutex;

static inline u32 lock(mutex *m, u64 timeout) {
    if (cas(m, 0, 1)) return 0;
    while (swap(m, 2u))
        if (!wait(m, 2, timeout)) return ETIMEDOUT;
    return 0;
}

static inline void unlock(mutex *m) {
    if (swap(m, 0u) == 2) wake(m);
}

// A condition variable counts what was signalled.
typedef volatile u32 cond;

static inline u32 cond_wait(cond *c, mutex *m, u64 timeout) {
    u32 seen = load(c);
    unlock(m);
    u32 woken = wait(c, seen, timeout);
    lock(m, 0);
    return woken ? 0 : ETIMEDOUT;
}

static inline void cond_signal(cond *c) {
    add(c, 1u);
    wake(c);
}

static inline void cond_broadcast(cond *c) {
    add(c, 1u);
    wake_all(c);
}

// A semaphore is its value.
typedef volatile u32 sem;

static inline u32 sem_try(sem *s) {
    for (;;) {
        u32 v = load(s);
        if (!v) return EAGAIN;
        if (cas(s, v, v - 1)) return 0;
    }
}

static inline u32 sem_wait(sem *s, u64 timeout) {
    while (sem_try(s))
        if (!wait(s, 0, timeout)) return ETIMEDOUT;
    return 0;
}

static inline void sem_post(sem *s) {
    add(s, 1u);
    wake(s);
}
