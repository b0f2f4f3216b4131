// exec in a thread ends all the others, and the process goes on as one.
//#Build: freestanding threads
//#ExpectedStdout: new image
#include "proc.h"
#include "thread.h"

static u32 never, waiting, main_tid;

static void waits(void *arg) {
    (void)arg;
    add(&waiting, 1u);
    wait(&never, 0, 0);
    print("went on\n");
}

static void execs(void *arg) {
    (void)arg;
    while (load(&waiting) < 2) sched_yield();
    ok(run_again("child"));
}

void _start(void) {
    arguments();
    if (argc == 2) {
        print("new image\n");
        ok(thread_id(&main_tid));
        check(thread_join(main_tid), EDEADLK);
        return;
    }
    start(0, waits, 0);
    start(1, waits, 0);
    start(2, execs, 0);
    wait(&never, 0, 0);
}
