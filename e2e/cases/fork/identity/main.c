// Parents and children know each other's process ids; whoever has lost its parent
// gets another.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

void _start(void) {
    u32 me = self(), parent, r, w, r2, w2;
    ok(fd_pipe(&r, &w));
    ok(fd_pipe(&r2, &w2));
    u32 pid = fork();
    if (!pid) {
        u32 mine = self();
        check(mine != me, 1);
        ok(proc_parent(mine, &parent));
        check(parent, me);
        u32 grandchild = fork();
        if (!grandchild) {
            char c;
            ok(fd_close(w2));
            check(read_some(r2, &c, 1), 0); // its parent has been waited for
            ok(proc_parent(self(), &parent));
            check(parent != mine, 1);
            u32 last[2] = {self(), parent};
            write_all(w, last, 8);
            proc_exit(0);
        }
        write_all(w, &mine, 4);
        proc_exit(0);
    }
    u32 told, last[2];
    check(read_some(r, &told, 4), 4);
    check(told, pid);
    wait_for(pid, 0);
    ok(fd_close(w2));
    check(read_some(r, last, 8), 8);
    check(last[0] != pid && last[0] != me, 1);
    print("ok\n");
}
