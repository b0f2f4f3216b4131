// Standard input: text, nothing, and a file with every byte value.
//#Build: libc
//#Config: text
//#Stdin: some text
//#ExpectedStdout: 9 bytes, sum 921
//#Config: none
//#ExpectedStdout: 0 bytes, sum 0
//#Config: file
//#StdinFile: input.bin
//#ExpectedStdout: 256 bytes, sum 32640
#include <stdio.h>
#include <unistd.h>

int main(void) {
    unsigned char b[100];
    unsigned n = 0, sum = 0;
    for (;;) {
        ssize_t got = read(0, b, sizeof b);
        if (got < 0) {
            perror("read");
            return 1;
        }
        if (got == 0) break;
        for (ssize_t i = 0; i < got; i++) sum += b[i];
        n += got;
    }
    printf("%u bytes, sum %u\n", n, sum);
    return read(0, b, 1) != 0; // the end stays the end
}
