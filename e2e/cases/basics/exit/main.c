// Exit codes, from main, from exit and from a handler, with output that is
// flushed.
//#Build: libc
//#Config: zero
//#Args: return 0
//#ExpectedStdout: bye
//#Config: one
//#Args: return 1
//#ExpectedExitCode: 1
//#Config: exit
//#Args: exit 42
//#ExpectedStdout: bye
//#ExpectedExitCode: 42
//#Config: most
//#Args: exit 255
//#ExpectedExitCode: 255
//#Config: immediate
//#Args: _Exit 7
//#ExpectedExitCode: 7
//#Config: abort
//#Args: abort 0
//#ExpectedExitCode: 134
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void bye(void) { puts("bye"); }

int main(int argc, char **argv) {
    if (argc != 3) return 99;
    int code = atoi(argv[2]);
    atexit(bye);
    if (!strcmp(argv[1], "exit")) exit(code);
    if (!strcmp(argv[1], "_Exit")) _Exit(code);
    if (!strcmp(argv[1], "abort")) abort();
    return code;
}
