// pipeline runs cat | tr | wc over 100 MB as a shell does, by fork, dup and exec, and prints a "name
// value" line: the value is picoseconds a kilobyte. The tools are those of tools.c.
#include "wasix.h"

#define SIZE 1000000
#define TIMES "100"

static const char tools[] = "/workspace/tools", file[] = "workspace/pipeline.txt";
static u8 text[SIZE];

// command starts a tool whose input and output are those descriptors, and closes them here.
static u32 command(const char *args, u32 in, u32 out, u32 unused) {
    u32 pid;
    check("proc_fork", proc_fork(1, &pid));
    if (pid == 0) {
        if (in != 0) check("fd_renumber", fd_renumber(in, 0));
        if (out != 1) check("fd_renumber", fd_renumber(out, 1));
        if (unused) check("fd_close", fd_close(unused));
        check("proc_exec3", proc_exec3(tools, sizeof tools - 1, args, length(args), 0, 0, 0, 0, 0));
    }
    if (in != 0) check("fd_close", fd_close(in));
    if (out != 1) check("fd_close", fd_close(out));
    return pid;
}

static void make_file(void) {
    u32 fd;
    for (u32 i = 0; i < SIZE; i++) text[i] = i % 50 == 49 ? '\n' : i % 5 == 4 ? ' ' : (u8)('a' + i % 26);
    check("path_open", path_open(3, 0, file, sizeof file - 1, O_CREAT | O_TRUNC, RIGHTS_FILE, 0, 0, &fd));
    write_all(fd, text, SIZE);
    check("fd_close", fd_close(fd));
}

void _start(void) {
    make_file();
    u64 start = now();
    u32 a[2], b[2], c[2], pid[3], n = 0;
    check("fd_pipe", fd_pipe(&a[0], &a[1]));
    pid[0] = command("cat\nworkspace/pipeline.txt\n" TIMES, 0, a[1], a[0]);
    check("fd_pipe", fd_pipe(&b[0], &b[1]));
    pid[1] = command("tr", a[0], b[1], b[0]);
    check("fd_pipe", fd_pipe(&c[0], &c[1]));
    pid[2] = command("wc", b[0], c[1], c[0]);
    static char said[256];
    static const char want[] = "lines 2000000\nwords 20000000\nbytes 100000000\n";
    for (u32 done = 1; done; n += done) {
        iovec iov = {said + n, sizeof said - n};
        check("fd_read", fd_read(c[0], &iov, 1, &done));
    }
    for (u32 i = 0; i < 3; i++) wait_for(pid[i]);
    u64 spent = now() - start;
    for (u32 i = 0; i < sizeof want; i++)
        if (said[i] != want[i]) fail("wc counted wrong, at byte", i);
    report("pipeline", spent * 1000 / (SIZE / 1000 * 100));
    proc_exit(0);
}
