// poll_oneoff reports all that is ready, and nothing else, with what the program
// attached.
//#Build: freestanding
//#ExpectedStdout: ok
#include "poll.h"

void _start(void) {
    u32 r, w, r2, w2, n;
    event out[4];
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&r2, &w2));
    subscription in[] = {
        {.userdata = 10, .type = FD_READ, .fd = r},
        {.userdata = 11, .type = FD_WRITE, .fd = w},
        {.userdata = 12, .type = FD_READ, .fd = r2},
        {.userdata = ~0ull, .type = CLOCK, .clock = {.id = MONOTONIC, .timeout = MINUTE}},
    };
    ok(poll_oneoff(in, out, 4, &n));
    check(n, 1);
    check(out[0].userdata, 11);
    check(out[0].type, FD_WRITE);
    check(out[0].error, 0);
    write_all(w2, "abc", 3);
    ok(poll_oneoff(in, out, 4, &n));
    check(n, 2);
    check(out[0].userdata + out[1].userdata, 23);
    event *read = out[0].type == FD_READ ? &out[0] : &out[1];
    check(read->userdata, 12);
    check(read->nbytes, 3);
    // A pipe without writers is ready, and hung up.
    ok(fd_close(w));
    ok(poll_oneoff(in, out, 1, &n));
    check(n, 1);
    check(out[0].flags, HANGUP);
    // What is no descriptor is an event with an error, not an error of the call.
    in[0].fd = 99;
    ok(poll_oneoff(in, out, 1, &n));
    check(n, 1);
    check(out[0].error, EBADF);
    check(out[0].userdata, 10);
    print("ok\n");
}
