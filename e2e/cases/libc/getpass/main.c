// getpass as libc makes it: without a terminal there is nobody to ask, and a
// program reads its password from standard input.
//#Build: freestanding
//#Stdin: secret
//#ExpectedStdout: no terminal
//#ExpectedStdout: Password: ok
#include "fs.h"

typedef struct {
    u32 cols, rows, width, height;
    u8 in, out, err, echo, lines, feeds;
} tty;

enum { ENOTTY = 59 };

_Static_assert(sizeof(tty) == 24, "");

WASIX(tty_get) u32 tty_get(tty *state);
WASIX(tty_set) u32 tty_set(const tty *state);

void _start(void) {
    tty state = {0};
    u32 fd;
    char b[20];
    check(tty_get(&state), ENOTTY);
    check(open_at(CWD, "/dev/tty", 0, 0, &fd) != 0, 1);
    print("no terminal\n");
    check(tty_set(&state), ENOTTY);
    print("Password: ");
    u32 n = read_some(0, b, 20);
    check(n, 6);
    check(same(b, "secret", 6), 1);
    print("ok\n");
}
