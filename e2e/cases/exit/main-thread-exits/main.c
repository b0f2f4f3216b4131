// The main thread alone may end: the process lives as long as any thread does.
//#Build: freestanding threads
//#AbstractConfig: base
//#ExpectedStdout: main leaves
//#ExpectedStdout: thread goes on
//#Config: thread-ends:base
//#Config: thread-exits:base
//#Args: 5
//#ExpectedExitCode: 5
#include "thread.h"

static u32 main_tid;

static void last(void *arg) {
    (void)arg;
    ok(thread_join(main_tid));
    print("thread goes on\n");
    if (argc > 1) proc_exit((u32)(argv[1][0] - '0'));
}

void _start(void) {
    arguments();
    ok(thread_id(&main_tid));
    start(0, last, 0);
    print("main leaves\n");
    thread_exit(3);
}
