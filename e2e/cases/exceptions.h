// exceptions.h: the little that C++ code needs to throw a number and to catch
// everything ("Build: freestanding exceptions"). The tag comes from the host.
#pragma once
#include "wasix.h"

__asm__(".tagtype __cpp_exception i32\n"
        ".import_module __cpp_exception, env\n"
        ".import_name __cpp_exception, __cpp_exception\n");

// caught is what is being handled, the innermost last.
static thread_local u32 caught_values[8], handlers;

extern "C" {
void *__cxa_begin_catch(void *value) noexcept {
    if (handlers == 8) proc_exit(70);
    caught_values[handlers++] = (u32)value;
    return value;
}
void __cxa_end_catch() { handlers--; }
[[noreturn, gnu::noinline]] void __cxa_rethrow() { __builtin_wasm_throw(0, (void *)caught_values[handlers - 1]); }
[[noreturn]] void _ZSt9terminatev() { proc_exit(71); }
}

// raise throws. Clang 19 cannot have a throw where it is caught.
[[noreturn, gnu::noinline]] static void raise(u32 value) { __builtin_wasm_throw(0, (void *)value); }

// current is what is being handled.
static inline u32 current() { return caught_values[handlers - 1]; }
