// What is in stdio's buffers is written when a program ends in an orderly way, and
// is not when it does not.
//#Build: libc
//#Config: return
//#Args: return
//#ExpectedStdout: buffered
//#Config: exit
//#Args: exit
//#ExpectedStdout: buffered
//#Config: at-once
//#Args: at-once
//#ExpectedStderr: nothing
//#ExpectedExitCode: 9
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    static char buffer[1000];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    fputs("buffered", stdout);
    if (argc < 2) return 1;
    if (!strcmp(argv[1], "exit")) exit(0);
    if (!strcmp(argv[1], "at-once")) {
        fputs("nothing", stderr);
        _Exit(9);
    }
    return 0;
}
