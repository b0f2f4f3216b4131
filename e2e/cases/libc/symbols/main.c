// Weak functions: one that is defined elsewhere, one that is defined nowhere; a
// variable number of arguments; output of all kinds.
//#Build: libc
//#ExpectedStdout: 42, none, 10
//#ExpectedStdout: -7 ff 3.25 text % 000012 18446744073709551615
#include <stdarg.h>
#include <stdio.h>

__attribute__((weak)) int defined(void);
__attribute__((weak)) int undefined(void);
int defined(void) { return 42; }

static int sum(int n, ...) {
    va_list list;
    int total = 0;
    va_start(list, n);
    while (n--) total += va_arg(list, int);
    va_end(list);
    return total;
}

int main(void) {
    printf("%d, %s, %d\n", defined ? defined() : 0, undefined ? "one" : "none", sum(4, 1, 2, 3, 4));
    printf("%d %x %.2f %s %% %06d %llu\n", -7, 255, 3.25, "text", 12, ~0ull);
}
