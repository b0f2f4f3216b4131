// jump.h: setjmp and longjmp of programs built with wasm exceptions, as compilers
// want them ("Build: freestanding longjmp"). The tag comes from the host.
#pragma once
#include "wasix.h"

typedef struct {
    void *frame; // the call of the function that called setjmp
    u32 label;   // which of its setjmps
    struct {
        void *env;
        u32 value;
    } thrown;
} jmp_buf[1];

__attribute__((returns_twice)) u32 setjmp(jmp_buf env);
_Noreturn void longjmp(jmp_buf env, u32 value);

__asm__(".tagtype __c_longjmp i32\n"
        ".import_module __c_longjmp, env\n"
        ".import_name __c_longjmp, __c_longjmp\n");

// The compiler declares these by itself, and would rename others of these names.
__asm__(".globl __wasm_setjmp\n.set __wasm_setjmp, jump_note\n"
        ".globl __wasm_setjmp_test\n.set __wasm_setjmp_test, jump_label\n"
        ".globl __wasm_longjmp\n.set __wasm_longjmp, jump_throw\n");

__attribute__((used)) void jump_note(jmp_buf env, u32 label, void *frame) {
    env->frame = frame;
    env->label = label;
}

// jump_label tells which setjmp of a frame a jump is to, 0: none.
__attribute__((used)) u32 jump_label(jmp_buf env, void *frame) { return env->frame == frame ? env->label : 0; }

__attribute__((used)) void jump_throw(jmp_buf env, u32 value) {
    env->thrown.env = env;
    env->thrown.value = value ? value : 1;
    __builtin_wasm_throw(1, &env->thrown);
}
