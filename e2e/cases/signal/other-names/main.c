// Any export of the right type can be what gets signals: in the threads that
// there are, in those to come, and in children. With another name signals wait.
//#Build: freestanding asyncify threads
//#ExpectedStdout: ok
#include "proc.h"
#include "thread.h"

static volatile u32 first_got, second_got;

__attribute__((export_name("first"))) void first(u32 signal) { first_got = signal; }
__attribute__((export_name("an other"))) void second(u32 signal) { second_got = signal; }
__attribute__((export_name("wrong_type"))) u32 wrong_type(u32 signal) { return first_got = signal; }

static void name(const char *export) { callback_signal(export, length(export)); }

static void waits(void *arg) {
    u32 want = (u32)arg;
    while (first_got != want) thread_sleep(1000000);
}

void _start(void) {
    thread *early = start(0, waits, (void *)SIGUSR2);
    name("first");
    ok(proc_raise(SIGUSR1));
    check(first_got, SIGUSR1);
    thread *late = start(1, waits, (void *)SIGUSR2);
    ok(thread_signal(late->tid, SIGUSR2));
    finish(late);
    finish(early);

    u32 pid = fork();
    if (!pid) {
        ok(proc_raise(SIGTERM));
        check(first_got, SIGTERM);
        proc_exit(0);
    }
    wait_for(pid, 0);

    name("an other");
    ok(proc_raise(SIGHUP));
    check(second_got, SIGHUP);
    check(first_got, SIGCHLD); // of the child
    const char *none[] = {"wrong_type", "memory", "nothing", "_start", ""};
    for (u32 i = 0; i < 5; i++) {
        second_got = 0;
        name(none[i]);
        ok(proc_raise(SIGINT));
        check(second_got, 0);
        name("an other"); // they are delivered at the end of the call
        check(second_got, SIGINT);
    }
    print("ok\n");
}
