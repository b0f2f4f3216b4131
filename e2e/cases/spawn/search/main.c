// posix_spawnp: by the directories of a path; posix_spawn: as it is.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

static u32 run(const char *name, u32 search, const char *path, u32 *pid) {
    return proc_spawn2(name, length(name), "argv0\nword\n", 11, 0, 0, 0, 0, 0, 0, search, path, length(path), pid);
}

void _start(void) {
    u32 pid = 0;
    arguments();
    if (argc == 2) proc_exit(equal(argv[0], "argv0") && equal(argv[1], "word") ? 70 : 1);
    ok(mkdir("/progs"));
    ok(symlink(argv[0], "/progs/tool"));
    ok(run("tool", 1, "/none:/progs", &pid));
    wait_for(pid, 70);
    check(run("tool", 1, "/none", &pid), ENOENT);
    check(run("tool", 0, "/progs", &pid), ENOENT);
    ok(go("/progs"));
    ok(run("tool", 0, "", &pid));
    wait_for(pid, 70);
    ok(run("./tool", 1, "/none", &pid));
    wait_for(pid, 70);
    put("/progs/text", "text");
    check(run("/progs/text", 0, "", &pid), ENOEXEC);
    check(run("/progs", 0, "", &pid), EACCES);
    print("ok\n");
}
