// threads measures the start and end of a thread and a hand-over between two threads by a condition
// variable, and prints "name picoseconds" lines.
#include "wasix.h"

#define THREADS 1000
#define HAND_OVERS 100000

typedef struct {
    u8 *stack;
    void (*run)(void);
    volatile u32 ended;
} thread;

static u8 stack[65536] __attribute__((aligned(16)));

// A mutex: 0 free, 1 held, 2 held and somebody waits. The condition counts its signals.
static volatile u32 mutex, condition;
static volatile u32 turn; // even: the main thread's; odd: the other's; protected by mutex

// The host enters a thread here, on no stack yet: take the one in the start structure.
__asm__(".globaltype __stack_pointer, i32\n"
        ".functype thread_main (i32) -> ()\n"
        ".globl wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        "wasi_thread_start:\n"
        ".functype wasi_thread_start (i32, i32) -> ()\n"
        "local.get 1\n"
        "i32.load 0\n"
        "global.set __stack_pointer\n"
        "local.get 1\n"
        "call thread_main\n"
        "end_function\n"
        ".export_name wasi_thread_start, wasi_thread_start\n");

static void wait_while(volatile u32 *word, u32 value) {
    option_timestamp forever = {0};
    u8 woken;
    while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == value) futex_wait(word, value, &forever, &woken);
}

static void wake(volatile u32 *word) {
    u8 woken;
    check("futex_wake", futex_wake(word, &woken));
}

__attribute__((used)) void thread_main(thread *t) {
    t->run();
    __atomic_store_n(&t->ended, 1, __ATOMIC_SEQ_CST);
    wake(&t->ended);
}

static void start(thread *t, void (*run)(void)) {
    t->stack = stack + sizeof stack;
    t->run = run;
    t->ended = 0;
    if (thread_spawn(t) < 0) fail("thread-spawn", 6);
}

static void nothing(void) {}

static void create_join(u32 n) {
    while (n--) {
        thread t;
        start(&t, nothing);
        wait_while(&t.ended, 0);
    }
}

static void lock(void) {
    u32 free = 0;
    if (__atomic_compare_exchange_n(&mutex, &free, 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return;
    while (__atomic_exchange_n(&mutex, 2, __ATOMIC_SEQ_CST) != 0) wait_while(&mutex, 2);
}

static void unlock(void) {
    if (__atomic_exchange_n(&mutex, 0, __ATOMIC_SEQ_CST) == 2) wake(&mutex);
}

// take_turns waits n times for an even or an odd turn, and passes it on.
static void take_turns(u32 n, u32 mine) {
    lock();
    while (n--) {
        while (turn % 2 != mine) {
            u32 seen = condition;
            unlock();
            wait_while(&condition, seen);
            lock();
        }
        turn++;
        condition++;
        wake(&condition);
    }
    unlock();
}

static void other_side(void) { take_turns(HAND_OVERS, 1); }

static void hand_over(void) {
    thread t;
    start(&t, other_side);
    u64 begin = now();
    take_turns(HAND_OVERS, 0);
    report("hand_over", (now() - begin) * 1000 / (2 * HAND_OVERS));
    wait_while(&t.ended, 0);
}

void _start(void) {
    create_join(THREADS / 10);
    u64 begin = now();
    create_join(THREADS);
    report("create_join", (now() - begin) * 1000 / THREADS);
    hand_over();
    proc_exit(0);
}
