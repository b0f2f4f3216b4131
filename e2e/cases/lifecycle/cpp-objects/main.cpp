// Global and local static objects of C++: made in order, before main and when they
// are first needed; destroyed the last one first.
//#Build: libc -fno-exceptions -fno-rtti
//#ExpectedStdout: +a +b main +local same -local -b -a
#include <string.h>
#include <unistd.h>

static void say(const char *text) { write(1, text, strlen(text)); }

struct object {
    const char *name;
    explicit object(const char *n) : name(n) {
        say("+");
        say(name);
        say(" ");
    }
    ~object() {
        say("-");
        say(name);
        say(name[0] == 'a' ? "\n" : " ");
    }
};

static object a("a"), b("b");

static object &local() {
    static object o("local");
    return o;
}

int main() {
    say("main ");
    object *first = &local();
    if (&local() == first) say("same ");
}
