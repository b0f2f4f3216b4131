// An inode number tells files apart, and names of one file do not.
//#Build: freestanding
//#MappedDirectory: $temp:/mapped
//#ExpectedStdout: ok
#include "fs.h"

static u64 ino(const char *path) {
    filestat st;
    check_at(path, lstat(path, &st), 0);
    return st.ino;
}

void _start(void) {
    filestat st;
    u32 fd;
    static const char *const roots[] = {"/mem", "/mapped/sub"};
    for (u32 i = 0; i < 2; i++) {
        ok(mkdir(roots[i]));
        ok(go(roots[i]));
        ok(mkdir("src"));
        ok(mkdir("dst"));
        put("src/same", "1");
        put("dst/same", "2");
        put("src/other", "3");
        check(ino("src/same") != ino("dst/same"), 1);
        check(ino("src/same") != ino("src/other"), 1);
        check(ino("src") != ino("dst"), 1);
        check(ino("src/."), ino("src"));
        check(ino("src/.."), ino("."));
        u64 was = ino("src/same");
        ok(open_read("src/same", &fd));
        ok(fd_filestat_get(fd, &st));
        check(st.ino, was);
        ok(rename("src/same", "dst/moved"));
        check(ino("dst/moved"), was);
        ok(link("dst/moved", "src/linked"));
        check(ino("src/linked"), was);
        ok(symlink("linked", "src/soft"));
        check(ino("src/soft") != was, 1);
        ok(stat("src/soft", &st));
        check(st.ino, was);
        check(st.nlink, 2);
        ok(fd_filestat_get(fd, &st));
        check(st.ino, was);
    }
    print("ok\n");
}
