// Every kind of fault ends the program with 134; what it printed before is kept.
//#Build: libc -fno-delete-null-pointer-checks
//#AbstractConfig: base
//#ExpectedStdout: before
//#ExpectedExitCode: 134
//#Config: unreachable:base
//#Args: unreachable
//#Config: divide:base
//#Args: divide
//#Config: overflow:base
//#Args: overflow
//#Config: out-of-bounds:base
//#Args: out-of-bounds
//#Config: null-call:base
//#Args: null-call
//#Config: wrong-type:base
//#Args: wrong-type
#include <stdio.h>
#include <string.h>

static volatile int zero = 0;
static int two(int a, int b) { return a + b; }
static void *volatile function = (void *)two;

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    puts("before");
    fflush(stdout);
    if (!strcmp(what, "unreachable")) __builtin_trap();
    if (!strcmp(what, "divide")) return argc / zero;
    if (!strcmp(what, "overflow")) {
        volatile double huge = 1e300;
        return __builtin_wasm_trunc_s_i32_f64(huge);
    }
    if (!strcmp(what, "out-of-bounds")) return *(volatile int *)(0xfffffff0u + (unsigned)zero);
    if (!strcmp(what, "null-call")) return ((int (*)(int))(unsigned long)zero)(1);
    if (!strcmp(what, "wrong-type")) return (int)((double (*)(double))function)(1);
    return 0;
}
