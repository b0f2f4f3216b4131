// reflect_signature tells the types of functions, and what there is to say where
// there is none.
//#Build: freestanding -mreference-types
//#ExpectedStdout: ok
#include "reflection.h"

enum { EOVERFLOW = 61 };

static void nothing(void) {}
static s64 all(int a, s64 b, float c, double d) { return a + b + (s64)c + (s64)d; }
static float one(void) { return 1; }
static void reference(__externref_t e) { (void)e; }

static u8 types[5], returned[2];
static reflection r;

// ask checks the answer for a function, with room for so many types.
static void ask(u32 function, u32 room, u32 room_returned, u32 want, u32 cacheable, u32 arguments, u32 results) {
    for (u32 i = 0; i < sizeof types; i++) types[i] = 99;
    for (u32 i = 0; i < sizeof returned; i++) returned[i] = 99;
    r = (reflection){9, 9, 9};
    check(reflect_signature(function, types, room, returned, room_returned, &r), want);
    check(r.cacheable, cacheable);
    check(r.arguments, arguments);
    check(r.results, results);
    if (want) check(types[0] == 99 && returned[0] == 99, 1);
}

void _start(void) {
    void (*volatile f)(void) = nothing;
    f(); // without a call the linker makes no table
    ask((u32)f, 5, 2, 0, 1, 0, 0);
    check(types[0] == 99 && returned[0] == 99, 1);

    s64 (*volatile g)(int, s64, float, double) = all;
    ask((u32)g, 5, 2, 0, 1, 4, 1);
    check(types[0], I32);
    check(types[1], I64);
    check(types[2], F32);
    check(types[3], F64);
    check(types[4], 99);
    check(returned[0], I64);
    check(returned[1], 99);
    ask((u32)g, 4, 1, 0, 1, 4, 1);
    ask((u32)g, 3, 1, EOVERFLOW, 1, 4, 1);
    ask((u32)g, 4, 0, EOVERFLOW, 1, 4, 1);

    float (*volatile h)(void) = one;
    ask((u32)h, 0, 1, 0, 1, 0, 1);
    check(returned[0], F32);

    void (*volatile e)(__externref_t) = reference;
    ask((u32)e, 5, 2, EINVAL, 0, 0, 0);

    ask(0, 5, 2, EINVAL, 1, 0, 0);
    ask(9999, 5, 2, EINVAL, 0, 0, 0);
    ask(0xffffffffu, 5, 2, EINVAL, 0, 0, 0);

    u8 *outside = (u8 *)(__builtin_wasm_memory_size(0) << 16);
    check(reflect_signature((u32)g, outside, 4, returned, 1, &r), EFAULT);
    check(reflect_signature((u32)g, types, 4, outside, 1, &r), EFAULT);
    check(reflect_signature((u32)g, types, 4, returned, 1, (reflection *)(outside - 5)), EFAULT);
    ok(reflect_signature((u32)f, 0, 0, outside, 1, &r));
    print("ok\n");
}
