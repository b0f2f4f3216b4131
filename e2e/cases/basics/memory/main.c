// Memory grows until it is refused, and the program goes on; also in one with a
// maximum of its own.
//#Build: libc -Wl,--max-memory=33554432
//#ExpectedStdout: refused with 512 pages
//#ExpectedStdout: all of them work
#include <stdio.h>

int main(void) {
    // Steps of many kinds, so that a refused one is followed by a smaller one.
    for (unsigned step = 256; step > 0; step /= 2)
        while (__builtin_wasm_memory_grow(0, step) != (unsigned long)-1) {}
    unsigned pages = __builtin_wasm_memory_size(0);
    printf("refused with %u pages\n", pages);
    for (unsigned i = pages / 2; i < pages; i++) *(volatile unsigned *)(i * 65536ul + 65532) = i;
    for (unsigned i = pages / 2; i < pages; i++)
        if (*(volatile unsigned *)(i * 65536ul + 65532) != i) return 1;
    puts("all of them work");
}
