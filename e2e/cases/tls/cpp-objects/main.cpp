// Thread-local objects of C++: made when a thread first uses them, destroyed when
// it ends, the last one first; what others have is not touched.
//#Build: freestanding threads
//#ExpectedStdout: made a b
//#ExpectedStdout: destroyed b a
//#ExpectedStdout: made a b
//#ExpectedStdout: ok
#include "thread.h"

// What a C++ library does for them.
namespace {
struct pending {
    void (*run)(void *);
    void *object;
};
thread_local pending list[8];
thread_local u32 pendings;

void end() {
    print("destroyed");
    while (pendings > 0) {
        pendings--;
        list[pendings].run(list[pendings].object);
    }
    print("\n");
}
} // namespace

extern "C" {
u8 __dso_handle;
int __cxa_thread_atexit(void (*run)(void *), void *object, void *) {
    check(pendings < 8, 1);
    list[pendings].run = run;
    list[pendings].object = object;
    pendings++;
    return 0;
}
}

static u32 alive;

struct object {
    const char *name;
    u32 value;
    explicit object(const char *n) : name(n), value(0) {
        print(" ");
        print(n);
        alive++;
    }
    ~object() {
        print(" ");
        print(name);
        alive--;
    }
};

static void use(u32 value) {
    thread_local object a("a");
    thread_local object b("b");
    check(a.value, value ? 0 : b.value);
    a.value = b.value = value;
}

static void worker(void *arg) {
    print("made");
    use((u32)arg);
    print("\n");
    check(alive, 2);
}

extern "C" void _start() {
    at_thread_end = end;
    finish(start(0, worker, (void *)5));
    check(alive, 0);
    print("made");
    use(6);
    print("\n");
    check(alive, 2);
    check(pendings, 2);
    print("ok\n");
}
