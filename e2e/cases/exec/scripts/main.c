// "#!" names the interpreter of a script: with one argument, the script's path,
// and what it is given; an interpreter may be a script.
//#Build: freestanding asyncify
//#ExpectedStdout: [/bin/show][-x -y][/script][a][b c]
//#ExpectedStdout: [/bin/show][/bin/inner][/outer][end]
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

static u32 run(const char *path, const char *args) {
    u32 pid = fork();
    if (!pid) proc_exit(proc_exec3(path, length(path), args, length(args), 0, 0, 0, 0, 0));
    join_status status;
    check(join(pid, 0, &status), EXITED);
    return status.code;
}

void _start(void) {
    arguments();
    if (argc > 1) {
        for (u32 i = 0; i < argc; i++) {
            print("[");
            print(argv[i]);
            print("]");
        }
        print("\n");
        return;
    }
    ok(symlink("/data/main", "/bin/show"));
    put("/script", "#! /bin/show -x -y \nwhatever\n");
    ok(run("/script", "name\na\nb c\n"));
    put("/bin/inner", "#!/bin/show\n");
    put("/outer", "#!/bin/inner");
    ok(run("/outer", "name\nend\n"));
    put("/gone", "#!/bin/none\n");
    check(run("/gone", "x\n"), ENOENT);
    put("/self", "#!/self\n");
    check(run("/self", "x\n"), ELOOP);
    print("ok\n");
}
