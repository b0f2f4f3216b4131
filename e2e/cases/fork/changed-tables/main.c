// A child finds in the table of functions what its parent has put there, and what
// it puts there is its own.
//#Build: freestanding asyncify -mreference-types -Wl,--growable-table
//#ExpectedStdout: ok
#include "proc.h"

typedef u32 function(void);
void put(u32 to, u32 from); // table[to] = table[from]
u32 grow(u32 from);         // appends table[from], returns its place

__asm__(".tabletype __indirect_function_table, funcref\n"
        ".globl put\n .type put,@function\n"
        "put:\n .functype put (i32, i32) -> ()\n"
        "local.get 0\n local.get 1\n table.get __indirect_function_table\n table.set __indirect_function_table\n"
        "end_function\n"
        ".globl grow\n .type grow,@function\n"
        "grow:\n .functype grow (i32) -> (i32)\n"
        "local.get 0\n table.get __indirect_function_table\n i32.const 1\n table.grow __indirect_function_table\n"
        "end_function\n");

static u32 calls;
static u32 one(void) { return calls++, 1; }
static u32 two(void) { return calls++, 2; }
static u32 three(void) { return calls++, 3; }

void _start(void) {
    function *volatile a = one, *volatile b = two, *volatile c = three;
    put((u32)a, (u32)b);
    function *volatile d = (function *)grow((u32)c);
    check(a(), 2);
    check(d(), 3);
    check(calls, 2);
    u32 pid = fork();
    check(a(), 2);
    check(b(), 2);
    check(d(), 3);
    check(calls, 5); // the functions are those of the process that calls
    if (!pid) {
        put((u32)b, (u32)c);
        check(b(), 3);
        pid = fork();
        check(a(), 2);
        check(b(), 3);
        if (!pid) proc_exit(5);
        wait_for(pid, 5);
        proc_exit(4);
    }
    wait_for(pid, 4);
    check(b(), 2);
    print("ok\n");
}
