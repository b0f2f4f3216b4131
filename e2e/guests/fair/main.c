// fair CALL: ten processes compute and make calls (clock, yield, write, or
// half of them one and half another: mixed), while an eleventh answers to what
// comes on stdin: "?" with how much each has done since the last time, "!" by
// telling the ten to end and waiting for them. SIGUSR1 is answered with "signal", a new
// size of the terminal with "size".
//
// fair spin: a process that does nothing but yield, until a child that has read
// something from stdin sends it SIGUSR1, which it answers with "signal", again and
// again.
//
// fair crunch: a process that computes for a while between two yields, and answers
// SIGUSR1 with how often it has done that since the last one.
//#Build: freestanding asyncify
#include "poll.h"
#include "proc.h"

#define PROCESSES 10

static volatile u32 signals, sink;

HANDLER __wasm_signal(u32 signal) {
    signals += signal == SIGUSR1;
    if (signal == SIGWINCH) print("size\n"); // it ends no call
}

// work is a good deal less than a millisecond.
static void work(void) {
    for (u32 i = 0; i < 20000; i++) sink += i;
}

static void child(u32 n, u32 tell, u32 null) {
    const char *call = argv[1];
    if (equal(call, "mixed")) call = n % 2 ? "clock" : "yield";
    for (u32 done = 1;; done++) {
        work();
        if (equal(call, "clock")) now();
        else if (equal(call, "yield")) ok(sched_yield());
        else if (equal(call, "write")) write_all(null, "x", 1);
        else proc_exit(2);
        if (done % 20 == 0) {
            u8 me = (u8)n;
            write_all(tell, &me, 1);
        }
    }
}

static void spin(void) {
    u32 r, w, parent = self(), n;
    ok(fd_pipe(&r, &w));
    hear();
    if (!fork()) {
        ok(fd_close(w)); // so that r ends with the parent
        for (;;) {
            subscription in[2] = {{.type = FD_READ, .fd = 0}, {.type = FD_READ, .fd = r, .userdata = 1}};
            event out[2];
            char b;
            ok(poll_oneoff(in, out, 2, &n));
            if (out[0].userdata || n > 1) proc_exit(0);
            if (read_some(0, &b, 1)) ok(proc_signal(parent, SIGUSR1));
        }
    }
    print("ready\n");
    for (;;) {
        while (!signals) ok(sched_yield());
        signals = 0;
        print("signal\n");
    }
}

static void crunch(void) {
    hear();
    print("ready\n");
    for (u32 rounds = 1;; rounds++) {
        for (u32 i = 0; i < 100; i++) work();
        ok(sched_yield());
        if (!signals) continue;
        signals = 0;
        print_number(rounds);
        print("\n");
        rounds = 0;
    }
}

void _start(void) {
    arguments();
    if (equal(argv[1], "crunch")) crunch();
    if (equal(argv[1], "spin")) spin();
    u32 r, w, pids[PROCESSES], done[PROCESSES] = {0}, null = open_file("/dev/null", 0, 0);
    ok(fd_pipe(&r, &w));
    for (u32 i = 0; i < PROCESSES; i++) {
        pids[i] = fork();
        if (!pids[i]) child(i, w, null);
    }
    hear();
    print("ready\n");
    for (;;) {
        subscription in[2] = {{.type = FD_READ, .fd = 0}, {.type = FD_READ, .fd = r, .userdata = 1}};
        event out[2];
        u32 n, e = poll_oneoff(in, out, 2, &n);
        if (signals) {
            signals = 0;
            print("signal\n");
        }
        if (e == EINTR) continue;
        ok(e);
        for (u32 i = 0; i < n; i++) {
            char b[256];
            u32 got = read_some(out[i].userdata ? r : 0, b, out[i].userdata ? sizeof b : 1);
            if (out[i].userdata) {
                while (got--) done[(u32)b[got]]++;
                continue;
            }
            if (got && b[0] == '?') {
                for (u32 k = 0; k < PROCESSES; k++) {
                    print_number(done[k]);
                    print(k + 1 < PROCESSES ? " " : "\n");
                    done[k] = 0;
                }
                continue;
            }
            for (u32 k = 0; k < PROCESSES; k++) ok(proc_signal(pids[k], SIGKILL));
            for (u32 k = 0; k < PROCESSES; k++) killed_by(pids[k], SIGKILL);
            print("ended\n");
            proc_exit(0);
        }
    }
}
