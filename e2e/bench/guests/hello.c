// hello is the trivial program: one line, then exit.
#include "bench.h"

void _start(void) {
    write_all(1, "hello\n", 6);
    proc_exit(0);
}
