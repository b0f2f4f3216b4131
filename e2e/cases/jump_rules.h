// jump_rules.h: what is true of setjmp and longjmp however they are made. The case
// includes one of the headers that make them, and calls rules().
#pragma once

#ifdef JUMP_ENV // jmp_buf is a structure
#define AT(env) (&(env))
#else
#define AT(env) (env)
#endif

static jmp_buf outer, inner;
static volatile u32 steps;

static void __attribute__((noinline)) deep(u32 n, u32 value) {
    volatile u32 mine = n;
    if (!n) longjmp(AT(outer), value);
    deep(n - 1, value);
    steps += mine; // never
}

// A value other than zero comes back, through any number of calls.
static void values(void) {
    static const u32 list[] = {1, 2, 77, 0x7fffffff, 0xffffffff};
    for (volatile u32 i = 0; i < 5; i++) {
        volatile u32 kept = i + 10;
        u32 got = setjmp(AT(outer));
        if (!got) {
            kept++;
            deep(i * 10, list[i]);
        }
        check(got, list[i]);
        check(kept, i + 11);
    }
    check(steps, 0);
}

// One place is jumped to again and again.
static void often(void) {
    volatile u32 n = 0;
    u32 got = setjmp(AT(outer));
    check(got, n);
    if (n < 300) {
        n++;
        longjmp(AT(outer), n);
    }
}

static void __attribute__((noinline)) nested(u32 how) {
    u32 got = setjmp(AT(inner));
    if (!got) {
        steps++;
        if (how) longjmp(AT(outer), 5);
        longjmp(AT(inner), 3);
    }
    check(got, 3);
    steps += 10;
    longjmp(AT(outer), 4);
}

// Two places at once, the inner one and the outer one.
static void two(void) {
    steps = 0;
    u32 got = setjmp(AT(outer));
    if (!got) nested(0);
    if (got == 4) {
        check(steps, 11);
        nested(1);
    }
    check(got, 5);
    check(steps, 12);
}

static void (*volatile indirect)(u32, u32) = deep;

// Through a function pointer, and with output between.
static void calls(void) {
    u32 got = setjmp(AT(outer));
    if (!got) {
        print("jump\n");
        indirect(3, 8);
    }
    check(got, 8);
    print("back\n");
}

static void rules(void) {
    values();
    often();
    two();
    calls();
    print("ok\n");
}
