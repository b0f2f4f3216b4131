// /tmp is there, and parents, children and what they exec see the same one.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

void _start(void) {
    arguments();
    if (argc == 2) {
        contents("/tmp/from-parent", "parent");
        contents("/tmp/from-child", "child");
        put("/tmp/from-exec", "exec");
        proc_exit(3);
    }
    filestat st;
    ok(stat("/tmp", &st));
    check(st.type, DIRECTORY);
    put("/tmp/from-parent", "parent");
    u32 pid = fork();
    if (!pid) {
        contents("/tmp/from-parent", "parent");
        put("/tmp/from-child", "child");
        proc_exit(run_again("exec"));
    }
    wait_for(pid, 3);
    contents("/tmp/from-exec", "exec");
    ok(unlink("/tmp/from-exec"));
    print("ok\n");
}
