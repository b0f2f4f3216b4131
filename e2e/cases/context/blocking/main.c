// Calls that wait do so in every context: reads, sleeps, polls and futexes. The
// thread waits, and others of the process run.
//#Build: freestanding threads -Wl,--export-table
//#ExpectedStdout: ok
#include "context.h"
#include "poll.h"
#include "thread.h"

static u32 r, w, back_r, back_w, gate;
static u64 reader, writer;
static char got[8];
static u32 n;

static void reads(void) {
    for (;;) {
        u32 k = read_some(r, &got[n], 1);
        n += k;
        leave_for(k ? writer : MAIN);
    }
}

static void writes(void) {
    subscription s = {.type = CLOCK, .clock = {.id = MONOTONIC, .timeout = 1}};
    event e;
    u32 k;
    for (;;) {
        ok(thread_sleep(1));
        ok(poll_oneoff(&s, &e, 1, &k));
        write_all(back_w, &got[n - 1], 1);
        leave_for(reader);
    }
}

static void waits(void) {
    for (;;) {
        wait(&gate, 0, 0);
        check(load(&gate), 1);
        leave_for(MAIN);
    }
}

// echo sends one byte after the other, each when the last has come back.
static void echo(void *arg) {
    (void)arg;
    for (char c = 'a'; c < 'f'; c++) {
        char x;
        write_all(w, &c, 1);
        check(read_some(back_r, &x, 1), 1);
        check(x, c);
    }
    ok(fd_close(w));
    ok(thread_sleep(MS));
    store(&gate, 1u);
    wake_all(&gate);
}

void _start(void) {
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&back_r, &back_w));
    reader = context(reads);
    writer = context(writes);
    u64 waiter = context(waits);
    thread *t = start(0, echo, 0);
    leave_for(reader);
    check(n, 5);
    for (u32 i = 0; i < n; i++) check(got[i], 'a' + i);
    leave_for(waiter);
    finish(t);
    leave_for(waiter);
    print("ok\n");
}
