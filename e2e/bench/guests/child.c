// child is the smallest program there is. spawn.c starts it.
#include "bench.h"

void _start(void) { proc_exit(0); }
