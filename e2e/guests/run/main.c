// run PATH ARGS...: becomes the program at PATH; says the errno when that fails.
//#Build: freestanding
#include "proc.h"

void _start(void) {
    arguments();
    static char list[1024];
    u32 n = 0;
    for (u32 i = 1; i < argc; i++) {
        for (const char *p = argv[i]; *p; p++) list[n++] = *p;
        list[n++] = '\n';
    }
    u32 e = proc_exec3(argv[1], length(argv[1]), list, n, 0, 0, 0, 0, 0);
    print("errno ");
    print_number(e);
    proc_exit(1);
}
