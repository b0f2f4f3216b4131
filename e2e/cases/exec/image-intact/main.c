// After an exec that fails everything is as it was: memory, descriptors, what is
// pending, the handler, the alarm, and the other threads.
//#Build: freestanding asyncify threads
//#PrefilledFile: text:this is no program
//#ExpectedStdout: ok
#include "poll.h"
#include "fs.h"
#include "proc.h"
#include "thread.h"

static volatile u32 ticks, ends, seen[65];
static u32 words[1024];

HANDLER __wasm_signal(u32 signal) { add(&seen[signal], 1u); }

static void tick(void *none __attribute__((unused))) {
    while (!load(&ends)) {
        add(&ticks, 1u);
        ok(sched_yield());
    }
}

static u32 try(const char *path) { return proc_exec3(path, length(path), "x\n", 2, "A=B\n", 4, 0, 0, 0); }

void _start(void) {
    static const struct {
        const char *path;
        u32 e;
    } bad[] = {{"/none", ENOENT}, {"/data", EACCES}, {"/data/text", ENOEXEC}, {"/script", ENOENT}, {"/data/text/x", ENOTDIR}};
    u32 f = open_file("/f", O_CREAT, 0), r, w, n, bytes, before;
    u16 flags;
    ok(fd_pipe(&r, &w));
    ok(fd_fdflags_set(f, CLOEXEC));
    put("/script", "#!/no/interpreter\n");
    for (u32 i = 0; i < 1024; i++) words[i] = i * i;
    hear();
    thread *t = start(0, tick, 0);
    ok(proc_raise_interval(SIGALRM, 5 * MS, 1));
    ok(environ_sizes_get(&before, &bytes));
    for (u32 i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        hold();
        ok(proc_signal(self(), SIGUSR1));
        u32 at = load(&ticks), alarms = load(&seen[SIGALRM]), usr1 = load(&seen[SIGUSR1]);
        check(try(bad[i].path), bad[i].e);
        hear();
        while (load(&seen[SIGUSR1]) == usr1) ok(sched_yield());
        while (load(&ticks) < at + 3) ok(sched_yield());
        while (load(&seen[SIGALRM]) == alarms) ok(sched_yield());
        ok(fd_fdflags_get(f, &flags));
        check(flags, CLOEXEC);
        write_all(w, "x", 1);
        ok(environ_sizes_get(&n, &bytes));
        check(n, before);
        for (u32 j = 0; j < 1024; j++) check(words[j], j * j);
    }
    char b[16];
    check(read_some(r, b, 16), sizeof bad / sizeof bad[0]);
    ok(proc_raise_interval(SIGALRM, 0, 0));
    store(&ends, 1);
    u32 e;
    while ((e = thread_join(t->tid)) == EINTR) {}
    ok(e);
    print("ok\n");
}
