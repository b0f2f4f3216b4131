// Of what a program puts into its table itself nobody knows the type, in the
// child that has a copy of it neither.
//#Build: freestanding asyncify -mreference-types -Wl,--growable-table
//#ExpectedStdout: ok
#include "proc.h"
#include "reflection.h"

u32 grow(u32 from); // appends table[from], returns its place

__asm__(".tabletype __indirect_function_table, funcref\n"
        ".globl grow\n .type grow,@function\n"
        "grow:\n .functype grow (i32) -> (i32)\n"
        "local.get 0\n table.get __indirect_function_table\n i32.const 1\n table.grow __indirect_function_table\n"
        "end_function\n");

static u32 two(void) { return 2; }

static void ask(u32 known, u32 own) {
    u8 type;
    reflection r;
    ok(reflect_signature(known, 0, 0, &type, 1, &r));
    check(r.cacheable, 1);
    check(r.results, 1);
    check(type, 0);
    check(reflect_signature(own, 0, 0, &type, 1, &r), EINVAL);
    check(r.cacheable, 0);
    check(r.results, 0);
}

void _start(void) {
    u32 (*volatile f)(void) = two;
    u32 own = grow((u32)f);
    check(((u32(*)(void))own)(), 2);
    ask((u32)f, own);
    u32 pid = fork();
    ask((u32)f, own);
    if (!pid) proc_exit(0);
    wait_for(pid, 0);
    print("ok\n");
}
