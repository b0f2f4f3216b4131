// The current directory: where paths begin, what it is called, and what cannot be
// one.
//#Build: freestanding
//#CurrentDirectory: /data
//#ExpectedStdout: ok
#include "fs.h"

static void at(const char *want) {
    char b[100];
    u32 n = sizeof b;
    ok(getcwd(b, &n));
    check_at(want, equal(b, want), 1);
    check(n, length(want));
}

void _start(void) {
    at("/data");
    ok(mkdir("sub"));
    ok(go("sub"));
    at("/data/sub");
    put("f", "here");
    contents("/data/sub/f", "here");
    contents("../sub/./f", "here");
    ok(go(".."));
    at("/data");
    contents("sub/f", "here");
    ok(symlink("sub", "link"));
    ok(go("link"));
    at("/data/sub"); // the real name
    check(go("f"), ENOTDIR);
    check(go("none"), ENOENT);
    check(go(""), ENOENT);
    at("/data/sub");
    // A path that does not fit says how much would.
    char b[6];
    u32 n = sizeof b;
    check(getcwd(b, &n), ERANGE);
    check(n, 10);
    ok(go("/../.."));
    at("/");
    // The directory may go away, or be called otherwise.
    ok(mkdir("/gone"));
    ok(go("/gone"));
    ok(rename("/gone", "/moved"));
    at("/moved");
    ok(rmdir("/moved"));
    n = sizeof b;
    check(getcwd(b, &n), ENOENT);
    u32 fd;
    check(open_at(CWD, "x", O_CREAT, 0, &fd), ENOENT);
    ok(go("/"));
    print("ok\n");
}
