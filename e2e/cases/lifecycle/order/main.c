// What runs before main and after it, in which order, when a program returns,
// exits, exits at once, aborts.
//#Build: libc
//#AbstractConfig: base
//#ExpectedStdout: constructor 101
//#ExpectedStdout: constructor 102
//#ExpectedStdout: constructor
//#ExpectedStdout: main
//#AbstractConfig: orderly:base
//#ExpectedStdout: atexit 2
//#ExpectedStdout: atexit 1
//#ExpectedStdout: destructor
//#ExpectedStdout: destructor 102
//#ExpectedStdout: destructor 101
//#Config: return:orderly
//#Args: return
//#ExpectedExitCode: 3
//#Config: exit:orderly
//#Args: exit
//#ExpectedExitCode: 4
//#Config: exit-in-handler:orderly
//#Args: handler
//#ExpectedExitCode: 5
//#Config: at-once:base
//#Args: _Exit
//#ExpectedExitCode: 6
//#Config: abort:base
//#Args: abort
//#ExpectedExitCode: 134
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// say does not wait for a buffer to be flushed.
static void say(const char *text) { write(1, text, strlen(text)); }

__attribute__((constructor(102))) static void second(void) { say("constructor 102\n"); }
__attribute__((constructor)) static void last(void) { say("constructor\n"); }
__attribute__((constructor(101))) static void first(void) { say("constructor 101\n"); }
__attribute__((destructor(101))) static void end_last(void) { say("destructor 101\n"); }
__attribute__((destructor(102))) static void end_second(void) { say("destructor 102\n"); }
__attribute__((destructor)) static void end_first(void) { say("destructor\n"); }

// Handlers may call exit again: the rest still runs.
static int again;

static void one(void) { say("atexit 1\n"); }

static void two(void) {
    say("atexit 2\n");
    if (again) exit(5);
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    again = !strcmp(what, "handler");
    atexit(one);
    atexit(two);
    say("main\n");
    if (!strcmp(what, "exit")) exit(4);
    if (again) exit(99);
    if (!strcmp(what, "_Exit")) _Exit(6);
    if (!strcmp(what, "abort")) abort();
    return 3;
}
