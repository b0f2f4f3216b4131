// asyncify_jump.h: setjmp and longjmp of programs whose stack can be unwound
// ("Build: freestanding asyncify").
#pragma once
#include "wasix.h"

typedef struct {
    u64 user, hash[2];
} jmp_buf;

_Static_assert(sizeof(jmp_buf) == 24, "");

WASIX(stack_checkpoint) u32 stack_checkpoint(jmp_buf *env, u64 *value);
WASIX(stack_restore) _Noreturn void stack_restore(const jmp_buf *env, u64 value);

static inline __attribute__((always_inline)) u32 setjmp(jmp_buf *env) {
    u64 value = 99;
    ok(stack_checkpoint(env, &value));
    return (u32)value;
}

#define longjmp(env, value) stack_restore(env, value)
