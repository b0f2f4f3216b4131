// A name without a slash is looked for in the directories of a list, one with a
// slash is not; the default is where programs usually are.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "fs.h"
#include "proc.h"

static u32 found(const char *name, const char *path) {
    u32 pid = fork();
    if (!pid) {
        u32 e = proc_exec3(name, length(name), "tool\nfound\n", 11, 0, 0, 1, path, path ? length(path) : 0);
        proc_exit(e);
    }
    join_status status;
    check(join(pid, 0, &status), EXITED);
    return status.code;
}

void _start(void) {
    arguments();
    if (argc == 2) {
        check(equal(argv[0], "tool"), 1);
        check(equal(argv[1], "found"), 1);
        proc_exit(99);
    }
    ok(mkdir("/one"));
    ok(mkdir("/two"));
    put("/one/other", "not a program");
    ok(symlink("/data/main", "/two/tool"));
    check(found("tool", "/one:/two"), 99);
    check(found("tool", "/none:/two:/one"), 99);
    check(found("tool", "/one:/none"), ENOENT);
    check(found("/two/tool", "/none"), 99);
    check(found("other", "/one:/two"), ENOEXEC);
    ok(mkdir("/one/tool")); // not a program, so the search goes on
    check(found("tool", "/one:/two"), 99);
    check(found("tool", "/one"), EACCES);
    ok(go("/two"));
    check(found("tool", ":/one"), 99); // nothing is the current directory
    check(found("tool", 0), ENOENT);
    ok(symlink("/data/main", "/bin/tool"));
    check(found("tool", 0), 99);
    print("ok\n");
}
