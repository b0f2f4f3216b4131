// Three processes, one after the other, as a shell connects them.
//#Build: freestanding asyncify
//#ExpectedStdout: sum 49995000
#include "fs.h"
#include "proc.h"

// child runs a stage between two descriptors, and ends.
static u32 stage(void (*run)(void), u32 in, u32 out, u32 unused) {
    u32 pid = fork();
    if (pid) return pid;
    if (in) ok(fd_renumber(in, 0));
    if (out != 1) ok(fd_renumber(out, 1));
    if (in) ok(fd_close(in));
    if (out != 1) ok(fd_close(out));
    if (unused) ok(fd_close(unused));
    run();
    proc_exit(0);
}

static void numbers(void) {
    for (u32 i = 0; i < 10000; i++) {
        print_number(i);
        print("\n");
    }
}

static void swapped(void) {
    char b[1000];
    for (u32 n; (n = read_some(0, b, 1000)) > 0;) {
        for (u32 i = 0; i < n; i++)
            if (b[i] == '\n') b[i] = ',';
        write_all(1, b, n);
    }
}

static void added(void) {
    char b[777];
    u32 sum = 0, v = 0;
    for (u32 n; (n = read_some(0, b, 777)) > 0;)
        for (u32 i = 0; i < n; i++) {
            if (b[i] != ',') {
                v = v * 10 + (u32)(b[i] - '0');
                continue;
            }
            sum += v;
            v = 0;
        }
    print("sum ");
    print_number(sum);
    print("\n");
}

void _start(void) {
    u32 r, w, r2, w2, p[3];
    ok(fd_pipe(&r, &w));
    p[0] = stage(numbers, 0, w, r);
    ok(fd_close(w));
    ok(fd_pipe(&r2, &w2));
    p[1] = stage(swapped, r, w2, r2);
    ok(fd_close(r));
    ok(fd_close(w2));
    p[2] = stage(added, r2, 1, 0);
    ok(fd_close(r2));
    for (u32 i = 0; i < 3; i++) wait_for(p[i], 0);
}
