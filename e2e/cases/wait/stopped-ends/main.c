// What reaches a process that is stopped: SIGKILL at once, other signals when it
// goes on; and its parent hears of every stop.
//#Build: freestanding asyncify threads
//#ExpectedStdout: ok
#include "poll.h"
#include "proc.h"
#include "thread.h"

static volatile u32 seen[65];

HANDLER __wasm_signal(u32 signal) { add(&seen[signal], 1u); }

static void spins(void *none __attribute__((unused))) {
    for (;;) sched_yield();
}

static void sleeps(void *none __attribute__((unused))) { thread_sleep(MINUTE); }

void _start(void) {
    join_status status = {0};
    u32 r, w;
    char c;
    // Killed while it is stopped, with threads that wait and threads that run.
    ok(fd_pipe(&r, &w));
    u32 pid = fork();
    if (!pid) {
        start(0, spins, 0);
        start(1, sleeps, 0);
        write_all(w, "r", 1);
        spins(0);
    }
    check(read_some(r, &c, 1), 1);
    for (u32 i = 0; i < 3; i++) {
        ok(proc_signal(pid, SIGSTOP));
        check(join(pid, UNTRACED, &status), STOPPED);
        check(((u8 *)&status)[2], SIGSTOP);
        ok(proc_signal(pid, SIGSTOP)); // it is stopped: no news
        check(join(pid, UNTRACED | NOHANG, &status), NOTHING);
        if (i < 2) ok(proc_signal(pid, SIGCONT));
    }
    ok(proc_signal(pid, SIGKILL));
    killed_by(pid, SIGKILL);

    // Others wait until it goes on, and are seen then.
    pid = fork();
    if (!pid) {
        hear();
        write_all(w, "r", 1);
        while (!load(&seen[SIGUSR1]) || !load(&seen[SIGUSR2]) || !load(&seen[SIGCONT])) ok(sched_yield());
        proc_exit(8);
    }
    check(read_some(r, &c, 1), 1);
    ok(proc_signal(pid, SIGSTOP));
    check(join(pid, UNTRACED, &status), STOPPED);
    ok(proc_signal(pid, SIGUSR1));
    ok(proc_signal(pid, SIGUSR2));
    ok(thread_sleep(10 * MS));
    check(join(pid, NOHANG, &status), NOTHING);
    ok(proc_signal(pid, SIGCONT));
    wait_for(pid, 8);

    // One that waits in a call goes on waiting, without an error.
    u32 r2, w2;
    ok(fd_pipe(&r2, &w2));
    pid = fork();
    if (!pid) {
        hear();
        write_all(w, "r", 1);
        check(read_some(r2, &c, 1), 1);
        proc_exit((u32)c);
    }
    check(read_some(r, &c, 1), 1);
    ok(thread_sleep(5 * MS));
    ok(proc_signal(pid, SIGSTOP));
    check(join(pid, UNTRACED, &status), STOPPED);
    write_all(w2, "g", 1);
    ok(thread_sleep(5 * MS));
    check(join(pid, NOHANG, &status), NOTHING);
    ok(proc_signal(pid, SIGCONT));
    wait_for(pid, 'g');
    print("ok\n");
}
