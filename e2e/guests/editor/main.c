// A little shell with a line editor: raw mode, history, and signals. With the
// argument "plain" it handles no signals and leaves the terminal as it is; with
// "stuck" it says so and hears nothing any more.
//#Build: freestanding
#include "proc.h"

enum { SIGQUIT = 3 };

typedef struct {
    u32 cols, rows, width, height;
    u8 in, out, err, echo, lines, feeds;
} tty;

_Static_assert(sizeof(tty) == 24, "");

WASIX(tty_get) u32 tty_get(tty *t);
WASIX(tty_set) u32 tty_set(tty *t);

static volatile u32 interrupted;

static void size(void) {
    tty t;
    ok(tty_get(&t));
    print_number(t.cols);
    print("x");
    print_number(t.rows);
}

HANDLER handler(u32 signal) {
    if (signal == SIGWINCH) {
        print("[now ");
        size();
        print("]");
    } else if (signal == SIGQUIT) {
        print("[quit]\n");
        proc_exit(9);
    } else {
        interrupted = 1;
    }
}

// modes sets echo and lines, both or neither.
static void modes(u8 on) {
    tty t;
    ok(tty_get(&t));
    t.echo = t.lines = on;
    ok(tty_set(&t));
}

// get returns a byte of input, 0 at its end, or when a signal comes.
static u32 get(void) {
    static u8 b[4096];
    static u32 at, n;
    if (at == n) {
        iovec iov = {b, sizeof b};
        at = n = 0;
        u32 e = fd_read(0, &iov, 1, &n);
        if (e == EINTR) return 0;
        ok(e);
        if (!n) return 0;
    }
    return b[at++];
}

static char history[20][100];
static u32 entries;

static void show(const char *line, u32 n, u32 cursor) {
    print("\r> ");
    write_all(1, line, n);
    print("\x1b[K\r\x1b[");
    print_number(cursor + 2);
    print("C");
}

// edit reads a line: 0 when it was interrupted.
static u32 edit(char *line) {
    u32 n = 0, cursor = 0, place = entries;
    modes(0);
    interrupted = 0;
    for (show(line, 0, 0);; show(line, n, cursor)) {
        u32 c = get();
        if (!c) break;
        if (c == '\r') {
            line[n] = 0;
            print("\n");
            modes(1);
            return 1;
        }
        if (c == 0x1b && get() == '[') {
            c = get();
            if (c == 'C' && cursor < n) cursor++;
            if (c == 'D' && cursor) cursor--;
            if ((c == 'A' && place) || (c == 'B' && place + 1 < entries)) {
                const char *old = history[place += c == 'A' ? -1 : 1];
                for (n = 0; old[n]; n++) line[n] = old[n];
                cursor = n;
            }
        } else if (c == 1) {
            cursor = 0;
        } else if (c == 5) {
            cursor = n;
        } else if (c == 0x7f && cursor) {
            for (u32 i = cursor--; i < n; i++) line[i - 1] = line[i];
            n--;
        } else if (c >= ' ' && c < 0x7f && n < 99) {
            for (u32 i = n++; i > cursor; i--) line[i] = line[i - 1];
            line[cursor++] = (char)c;
        }
    }
    modes(1);
    return 0;
}

// sum reads until `end` in raw mode, or to the end of the file, and prints how
// many bytes there were and FNV-1a of them.
static void sum(u32 end) {
    u32 n = 0, hash = 2166136261u;
    for (u32 c; (c = get()) && c != end; n++) hash = (hash ^ c) * 16777619u;
    print("sum ");
    print_number(n);
    print(" ");
    print_number(hash);
    print("\n");
}

static void run(const char *line) {
    if (equal(line, "size")) {
        size();
        print("\n");
    } else if (equal(line, "lines")) {
        sum(0);
    } else if (equal(line, "raw")) {
        modes(0);
        print("ready\n");
        sum('.');
        modes(1);
    } else if (equal(line, "loop")) {
        print("looping\n");
        for (interrupted = 0; !interrupted;) sched_yield();
        print("interrupted\n");
    } else if (equal(line, "quit")) {
        proc_exit(7);
    } else {
        print("<");
        print(line);
        print(">\n");
    }
}

void _start(void) {
    arguments();
    if (argc > 1 && equal(argv[1], "stuck")) {
        hear();
        print("stuck\n");
        for (volatile u32 i = 0;; i++) {}
    }
    if (argc > 1) {
        print("plain ");
        size();
        print("\n");
        for (;;) sum('\n');
    }
    hear();
    for (char line[100];;) {
        if (!edit(line)) {
            print(interrupted ? "^C\n" : "end\n");
            continue;
        }
        u32 i = entries++;
        if (entries > 20) proc_exit(8);
        for (u32 k = 0; (history[i][k] = line[k]); k++) {}
        run(line);
    }
}
