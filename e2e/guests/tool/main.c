// The program behind the tests of the command: it does what its first argument
// says.
//#Build: libc
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static int cat(void) {
    static char b[10000];
    for (;;) {
        ssize_t n = read(0, b, sizeof b);
        if (n <= 0) return n < 0;
        for (ssize_t done = 0; done < n;) {
            ssize_t w = write(1, b + done, n - done);
            if (w <= 0) return 1;
            done += w;
        }
    }
}

static int put(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    return !f || fputs(text, f) < 0 || fclose(f);
}

// change does everything to a directory that can be done.
static int change(const char *dir) {
    if (chdir(dir)) return 1;
    return put("new", "made by the program") || put("changed", "now") || unlink("gone") || mkdir("sub", 0777) ||
           put("sub/file", "x") || rmdir("empty") || rename("old-name", "new-name") || symlink("new", "link");
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "args"))
        for (int i = 0; i < argc; i++) puts(argv[i]);
    else if (!strcmp(what, "env"))
        for (char **e = environ; e && *e; e++) puts(*e);
    else if (!strcmp(what, "envsize")) {
        size_t n = 0;
        for (char **e = environ; e && *e; e++) n += strlen(*e) + 1;
        printf("%zu\n", n);
    } else if (!strcmp(what, "cat"))
        return cat();
    else if (!strcmp(what, "first")) { // reads one byte and leaves the rest
        char c;
        return read(0, &c, 1) != 1 || write(1, &c, 1) != 1;
    } else if (!strcmp(what, "exit"))
        return atoi(argv[2]);
    else if (!strcmp(what, "trap"))
        __builtin_trap();
    else if (!strcmp(what, "spin"))
        for (volatile int i = 0;; i++) {
        }
    else if (!strcmp(what, "sleep")) {
        puts("asleep");
        fflush(stdout);
        sleep(1000);
    } else if (!strcmp(what, "yes"))
        for (;;) write(1, "y\n", 2);
    else if (!strcmp(what, "put"))
        return put(argv[2], argv[3]);
    else if (!strcmp(what, "change"))
        return change(argv[2]);
    else if (!strcmp(what, "close")) {
        FILE *f = fopen(argv[2], "w");
        puts("closing");
        if (!f || fclose(f)) return 1;
        puts("closed");
    } else if (!strcmp(what, "tty"))
        printf("%d %d %d\n", isatty(0), isatty(1), isatty(2));
    else {
        fprintf(stderr, "tool: what is %s?\n", what);
        return 2;
    }
    return 0;
}
