// proc.h: the calls on processes and signals, for cases without a libc.
#pragma once
#include "wasix.h"

enum {
    SIGHUP = 1, SIGINT = 2, SIGABRT = 6, SIGKILL = 9, SIGUSR1 = 10, SIGUSR2 = 12, SIGPIPE = 13, SIGALRM = 14, SIGTERM = 15,
    SIGCHLD = 17, SIGCONT = 18, SIGSTOP = 19, SIGWINCH = 28,
};
enum { NOHANG = 1, UNTRACED = 2 };                    // flags of proc_join
enum { NOTHING, EXITED, SIGNALLED, STOPPED };         // tags of join_status
enum { OP_CLOSE, OP_DUP2, OP_OPEN, OP_CHDIR, OP_FCHDIR }; // commands of spawn_op
enum { PIPED, INHERIT, NULL_DEVICE };                 // modes of proc_spawn

typedef struct {
    u8 cmd;
    u32 fd, src;
    const char *path;
    u32 path_len, dirflags;
    u16 oflags;
    u64 base, inheriting;
    u16 fdflags, more;
} spawn_op;

typedef struct {
    u8 signal, ignored;
} disposition;

typedef struct {
    u32 pid;
    struct {
        u8 tag;
        u32 fd;
    } in, out, err;
} handles;

_Static_assert(sizeof(spawn_op) == 56 && sizeof(handles) == 28, "");

WASI(proc_raise) u32 proc_raise(u32 signal);
WASIX(callback_signal) void callback_signal(const char *name, u32 len);
WASIX(proc_exec) void proc_exec(const char *name, u32 len, const char *args, u32 args_len);
WASIX(proc_exec2)
void proc_exec2(const char *name, u32 len, const char *args, u32 args_len, const char *env, u32 env_len);
WASIX(proc_exec3)
u32 proc_exec3(const char *name, u32 len, const char *args, u32 args_len, const char *env, u32 env_len, u32 search,
               const char *path, u32 path_len);
WASIX(proc_exit2) _Noreturn void proc_exit2(u32 code);
WASIX(proc_fork_env) u32 proc_fork_env(u32 *pid);
WASIX(proc_parent) u32 proc_parent(u32 pid, u32 *parent);
WASIX(proc_raise_interval) u32 proc_raise_interval(u32 signal, u64 interval, u32 repeat);
WASIX(proc_signals_sizes_get) u32 proc_signals_sizes_get(u32 *n);
WASIX(proc_signals_get) u32 proc_signals_get(disposition *list);
WASIX(proc_spawn)
u32 proc_spawn(const char *name, u32 len, u32 chroot, const char *args, u32 args_len, const char *preopen, u32 preopen_len,
               u32 in, u32 out, u32 err, const char *dir, u32 dir_len, handles *h);
WASIX(proc_spawn2)
u32 proc_spawn2(const char *name, u32 len, const char *args, u32 args_len, const char *env, u32 env_len,
                const spawn_op *ops, u32 n_ops, const disposition *list, u32 n_list, u32 search, const char *path,
                u32 path_len, u32 *pid);
WASI(environ_sizes_get) u32 environ_sizes_get(u32 *n, u32 *bytes);
WASI(environ_get) u32 environ_get(char **env, char *buf);
WASIX(thread_sleep) u32 thread_sleep(u64 ns);

// hear has __wasm_signal called with signals, which the program exports.
static inline void hear(void) { callback_signal("__wasm_signal", 13); }

// hold keeps signals pending until hear.
static inline void hold(void) { callback_signal("__wasm_hold", 11); }

#define HANDLER __attribute__((export_name("__wasm_signal"))) void

// join returns the tag of what has become of a child, and fills in the status.
static inline u32 join(u32 pid, u32 flags, join_status *status) {
    option_u32 who = {1, pid};
    ok(proc_join(&who, flags, status));
    return status->tag;
}

// signal_of reads the signal from the status of a child that one has ended.
static inline u32 signal_of(const join_status *status) { return ((const u8 *)status)[4]; }

// killed_by ends the program unless a signal ends the child.
static inline void killed_by(u32 pid, u32 signal) {
    join_status status = {0};
    check(join(pid, 0, &status), SIGNALLED);
    check(signal_of(&status), signal);
}

// lines makes an argument list of words with spaces between, after the
// program's own path. The result holds until the next call.
static inline const char *lines(const char *words) {
    static char b[1024];
    u32 n = 0;
    for (const char *p = argv[0]; *p; p++) b[n++] = *p;
    b[n++] = '\n';
    for (; *words; words++) b[n++] = *words == ' ' ? '\n' : *words;
    b[n++] = '\n';
    b[n] = 0;
    return b;
}

// run_again replaces the program by itself with other arguments; it returns an
// errno when that fails.
static inline u32 run_again(const char *words) {
    const char *list = lines(words);
    return proc_exec3(argv[0], length(argv[0]), list, length(list), 0, 0, 0, 0, 0);
}

// spawn_again runs the program itself in a child.
static inline u32 spawn_again(const char *words, const spawn_op *ops, u32 n) {
    const char *list = lines(words);
    u32 pid = 0;
    ok(proc_spawn2(argv[0], length(argv[0]), list, length(list), 0, 0, ops, n, 0, 0, 0, 0, 0, &pid));
    return pid;
}

static inline u32 fork(void) {
    u32 pid;
    ok(proc_fork(1, &pid));
    return pid;
}

static inline u32 self(void) {
    u32 pid;
    ok(proc_id(&pid));
    return pid;
}
