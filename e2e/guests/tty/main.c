// tty HOW: threads wait for the terminal in every way there is: in reads of fd 0
// and of /dev/tty, and in poll and epoll. When all of them wait it says "waiting",
// and then ends (exit, thread, trap, kill), or execs (exec), or goes on for ever.
//#Build: freestanding asyncify threads
#include "poll.h"
#include "proc.h"
#include "thread.h"

static volatile u32 arrived;

static void in_read(void *none __attribute__((unused))) {
    char b;
    add(&arrived, 1u);
    read_some(0, &b, 1);
}

static void in_dev_tty(void *none __attribute__((unused))) {
    char b;
    u32 fd = open_file("/dev/tty", 0, 0);
    add(&arrived, 1u);
    read_some(fd, &b, 1);
}

static void in_poll(void *none __attribute__((unused))) {
    subscription in = {.type = FD_READ, .fd = 0};
    event out;
    u32 n;
    add(&arrived, 1u);
    poll_oneoff(&in, &out, 1, &n);
}

static void in_epoll(void *none __attribute__((unused))) {
    epoll_event ev = {.events = EPOLL_IN};
    u32 fd, n;
    ok(epoll_create(&fd));
    ok(epoll_ctl(fd, EPOLL_ADD, 0, &ev));
    add(&arrived, 1u);
    epoll_wait(fd, &ev, 1, FOREVER, &n);
}

static void (*const calls[])(void *) = {in_read, in_dev_tty, in_poll, in_epoll};

enum { CALLS = sizeof calls / sizeof calls[0] };

static void ends(void *none __attribute__((unused))) {
    while (load(&arrived) < CALLS) ok(sched_yield());
    ok(thread_sleep(20 * MS)); // the last ones are in their calls, too
    print("waiting\n");
    if (equal(argv[1], "exit") || equal(argv[1], "thread")) proc_exit(5);
    if (equal(argv[1], "trap")) __builtin_trap();
    if (equal(argv[1], "kill")) proc_signal(self(), SIGKILL);
    if (equal(argv[1], "exec")) proc_exit(run_again("6"));
    thread_sleep(3600000 * MS);
}

void _start(void) {
    arguments();
    if (equal(argv[1], "6")) proc_exit(6);
    if (equal(argv[1], "child")) { // all of it in a child, which is killed
        u32 pid = fork();
        if (pid) {
            ok(thread_sleep(100 * MS));
            ok(proc_signal(pid, SIGKILL));
            killed_by(pid, SIGKILL);
            proc_exit(7);
        }
    }
    for (u32 i = 0; i < CALLS; i++) start(i, calls[i], 0);
    if (!equal(argv[1], "thread")) ends(0);
    start(CALLS, ends, 0);
    char b;
    read_some(0, &b, 1);
}
