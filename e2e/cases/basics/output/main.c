// A lot of output, in pieces of odd sizes, arrives whole and in order, although
// the host takes it more slowly than it comes.
//#Build: libc
//#ExpectedExitCode: 0
//#ExpectedStderr: wrote 8388608 bytes
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char line[64 << 10];

int main(void) {
    unsigned total = 0, size = 1;
    memset(line, '.', sizeof line);
    while (total < 8 << 20) {
        size = size * 5 % 65521;
        if (size > (8u << 20) - total) size = (8 << 20) - total;
        for (unsigned done = 0; done < size;) {
            ssize_t n = write(1, line, size - done);
            if (n <= 0) return 1;
            done += n;
        }
        total += size;
    }
    fprintf(stderr, "wrote %u bytes\n", total);
}
