// Calls that take a directory begin there, wherever the current one is; absolute
// paths do not care.
//#Build: freestanding
//#ExpectedStdout: ok
#include "fs.h"

void _start(void) {
    u32 a, f;
    filestat st, other;
    ok(mkdir("/a"));
    ok(mkdir("/b"));
    ok(open_dir("/a", &a));
    ok(go("/b"));
    put("f", "b's");
    ok(mkdir_at(a, "d"));
    ok(open_at(a, "f", O_CREAT, 0, &f));
    write_all(f, "a's file", 8);
    ok(stat_at(a, "f", &st));
    check(st.size, 8);
    ok(stat_at(a, "/b/f", &st));
    check(st.size, 3);
    ok(stat_at(CWD, "f", &other));
    check(other.ino, st.ino);
    ok(stat_at(a, "../b/f", &other));
    check(other.ino, st.ino);
    ok(path_rename(a, "f", 1, CWD, "g", 1));
    contents("/b/g", "a's file");
    ok(path_link(CWD, 0, "g", 1, a, "h", 1));
    contents("/a/h", "a's file");
    ok(path_symlink("h", 1, a, "s", 1));
    contents("/a/s", "a's file");
    ok(path_unlink_file(a, "h", 1));
    check(stat_at(a, "s", &st), ENOENT);
    ok(path_remove_directory(a, "d", 1));
    check(exists("/a/d"), ENOENT);
    // The directory is the same one when it is called otherwise.
    ok(rename("/a", "/c"));
    ok(mkdir_at(a, "later"));
    ok(exists("/c/later"));
    check(stat_at(f, "x", &st), ENOTDIR);
    check(stat_at(77, "x", &st), EBADF);
    print("ok\n");
}
