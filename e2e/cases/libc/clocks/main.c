// The clock functions of libc, and what follows from a moment in time.
//#Build: libc -D_WASI_EMULATED_PROCESS_CLOCKS -lwasi-emulated-process-clocks
//#ExpectedStdout: ok
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

int main(void) {
    struct timespec real, res;
    struct timeval tv;
    time_t t = time(0);
    if (clock_gettime(CLOCK_REALTIME, &real) || gettimeofday(&tv, 0)) return 1;
    if (real.tv_sec < t || real.tv_sec > t + 60 || tv.tv_sec < t || tv.tv_sec > t + 60) return 2;
    if (real.tv_nsec < 0 || real.tv_nsec >= 1000000000) return 3;
    if (clock_getres(CLOCK_MONOTONIC, &res) || (res.tv_sec == 0 && res.tv_nsec == 0)) return 4;
    clock_t before = clock();
    for (volatile unsigned i = 0; clock() == before; i++) {} // it goes on
    if (before == (clock_t)-1) return 5;
    struct rusage r;
    if (getrusage(RUSAGE_SELF, &r)) return 6;
    t = 1000000000;
    struct tm *utc = gmtime(&t);
    char text[40];
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", utc);
    if (utc->tm_year != 101 || timegm(utc) != t) return 7;
    for (int i = 0; i < 19; i++)
        if (text[i] != "2001-09-09 01:46:40"[i]) return 8;
    puts("ok");
}
