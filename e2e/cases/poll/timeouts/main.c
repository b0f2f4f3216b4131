// Waiting for times: from now and absolute, in the past, of several the first.
//#Build: freestanding
//#ExpectedStdout: ok
#include "poll.h"

void _start(void) {
    u32 n;
    event out[2];
    u64 before = now(), real;
    subscription in[2] = {
        {.userdata = 1, .type = CLOCK, .clock = {.id = MONOTONIC, .timeout = MINUTE}},
        {.userdata = 2, .type = CLOCK, .clock = {.id = MONOTONIC, .timeout = 3 * MS}},
    };
    ok(poll_oneoff(in, out, 2, &n));
    check(n, 1);
    check(out[0].userdata, 2);
    check(now() - before >= 3 * MS, 1);
    // At a time, of both clocks.
    in[1].clock.flags = 1;
    in[1].clock.timeout = before = now() + 3 * MS;
    ok(poll_oneoff(in, out, 2, &n));
    check(out[0].userdata, 2);
    check(now() >= before, 1);
    ok(clock_time_get(REALTIME, 1, &real));
    in[1].clock.id = REALTIME;
    in[1].clock.timeout = real + 3 * MS;
    before = real;
    ok(poll_oneoff(in, out, 2, &n));
    check(out[0].userdata, 2);
    ok(clock_time_get(REALTIME, 1, &real));
    check(real - before >= 3 * MS, 1);
    // It is over already.
    in[1].clock.timeout = 1000;
    ok(poll_oneoff(in, out, 2, &n));
    check(n, 1);
    check(out[0].userdata, 2);
    in[1].clock.flags = 0;
    in[1].clock.timeout = 0;
    ok(poll_oneoff(in, out, 2, &n));
    check(out[0].userdata, 2);
    check(poll_oneoff(in, out, 0, &n), EINVAL);
    in[1].clock.id = 77;
    ok(poll_oneoff(in + 1, out, 1, &n));
    check(out[0].error, EINVAL);
    print("ok\n");
}
