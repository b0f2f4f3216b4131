// exception_rules.h: what is true of exceptions in either encoding.
#pragma once
#include "exceptions.h"

static u32 cleaned;

struct counted {
    ~counted() { cleaned++; }
};

static u32 __attribute__((noinline)) down(u32 n, u32 value) {
    counted here;
    if (!n) raise(value);
    return down(n - 1, value) + 1;
}

static u32 (*volatile indirect)(u32, u32) = down;

static u32 __attribute__((noinline)) again(u32 value) {
    try {
        down(1, value);
    } catch (...) {
        check(current(), value);
        throw;
    }
    return 0;
}

static u32 __attribute__((noinline)) nested() {
    try {
        down(0, 1);
    } catch (...) {
        try {
            down(0, 2);
        } catch (...) {
            check(current(), 2);
        }
        check(current(), 1);
        try {
            raise(3);
        } catch (...) {
            return current();
        }
    }
    return 0;
}

static void rules() {
    u32 got = 0;
    try {
        down(4, 7);
        print("not thrown\n");
    } catch (...) {
        got = current();
    }
    check(got, 7);
    print("cleaned ");
    print_number(cleaned);
    print("\n");
    cleaned = got = 0;
    try {
        again(8);
    } catch (...) {
        got = current();
    }
    check(got, 8);
    check(cleaned, 2);
    check(nested(), 3);
    check(handlers, 0);
    for (u32 i = 0; i < 200; i++) { // through a pointer, with calls to the host
        try {
            counted here;
            ok(sched_yield());
            indirect(i % 5, i + 1);
        } catch (...) {
            u64 t;
            ok(clock_time_get(MONOTONIC, 1, &t));
            check(current(), i + 1);
            continue;
        }
        print("not thrown\n");
    }
    print("ok\n");
}
