// Recursion until the stack ends is a fault like others, with calls to the host
// at each level (whose frames are on the same stack) and without.
//#Build: libc -Wno-infinite-recursion -Wl,-z,stack-size=67108864
//#AbstractConfig: base
//#ExpectedExitCode: 134
//#Config: plain:base
//#Args: plain
//#Config: with-calls:base
//#Args: calls
//#Config: at-the-end-only:base
//#Args: late
//#Config: deep-enough
//#Args: bounded
//#ExpectedStdout: 5000
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

static volatile int limit = 1 << 30;

// use has the compiler keep a frame per call.
static volatile int use;

__attribute__((noinline)) static int plain(int n) {
    if (n >= limit) return n;
    int r = plain(n + 1);
    use = n;
    return r;
}

__attribute__((noinline)) static int calls(int n) {
    __wasi_timestamp_t t = 0;
    if (__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &t) != 0) return -1;
    return n >= limit ? n : calls(n + 1) + (t == 1);
}

// late goes deep without calls and then makes one in every frame: some of them
// have hardly any stack left.
__attribute__((noinline)) static int late(int n) {
    if (n % 64 == 63) {
        __wasi_timestamp_t t = 0;
        if (__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &t) != 0) return 0;
    }
    return late(n + 1) + 1;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "plain")) return plain(0);
    if (!strcmp(what, "calls")) return calls(0);
    if (!strcmp(what, "late")) return late(0);
    limit = 5000;
    printf("%d\n", calls(0));
    return plain(0) != 5000;
}
