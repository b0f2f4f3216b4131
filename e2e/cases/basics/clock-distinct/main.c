// The real time is never the same twice, however coarse the machine's clock is,
// and does not go back: names of temporary files are made of it.
//#Build: libc
//#ExpectedStdout: ok
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

int main(void) {
    long long last = 0;
    for (int i = 0; i < 20000; i++) {
        struct timespec t;
        if (clock_gettime(CLOCK_REALTIME, &t)) return 1;
        long long now = t.tv_sec * 1000000000ll + t.tv_nsec;
        if (now <= last) {
            printf("%lld after %lld in round %d\n", now, last, i);
            return 1;
        }
        last = now;
        struct stat s; // another call that looks at the clock now and then
        if (i % 100 == 0 && stat("/", &s)) return 2;
    }
    puts("ok");
    return 0;
}
