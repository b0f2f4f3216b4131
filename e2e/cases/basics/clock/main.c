// Clocks run, forwards, and sleeping takes as long as it should and no less.
//#Build: libc
//#ExpectedStdout: ok
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static long long now(clockid_t id) {
    struct timespec t;
    if (clock_gettime(id, &t)) return -1;
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int main(void) {
    if (now(CLOCK_REALTIME) < 1600000000ll * 1000000000) return 1;
    for (int i = 0; i < 1000; i++) {
        long long a = now(CLOCK_MONOTONIC), b = now(CLOCK_MONOTONIC);
        if (a < 0 || b < a) return 2;
    }
    for (long ms = 1; ms <= 16; ms *= 4) {
        struct timespec t = {0, ms * 1000000};
        long long before = now(CLOCK_MONOTONIC);
        if (nanosleep(&t, 0)) return 3;
        if (now(CLOCK_MONOTONIC) - before < ms * 1000000) return 4;
    }
    puts("ok");
}
