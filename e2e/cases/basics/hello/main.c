// Prints to both streams.
//#Build: libc
//#ExpectedStdout: hello, stdout
//#ExpectedStderr: hello, stderr
#include <stdio.h>

int main(void) {
    puts("hello, stdout");
    fputs("hello, stderr\n", stderr);
}
