// Parent and child change their memory without seeing each other's changes: data,
// stack, heap that has grown, and globals of the module.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"

static u32 data = 1, big[100000];

void _start(void) {
    u32 r, w, stack = 1;
    volatile u32 *on_stack = &stack;
    char c;
    u32 page = (u32)__builtin_wasm_memory_grow(0, 3);
    volatile u32 *heap = (volatile u32 *)(page << 16);
    heap[0] = 1;
    heap[40000] = 1;
    big[99999] = 1;
    ok(fd_pipe(&r, &w));
    u32 pid = fork();
    if (!pid) {
        check(heap[0] + heap[40000] + big[99999] + data + *on_stack, 5);
        check(__builtin_wasm_memory_size(0), page + 3);
        heap[0] = heap[40000] = big[99999] = data = *on_stack = 2;
        check(__builtin_wasm_memory_grow(0, 5), page + 3);
        write_all(w, "c", 1);
        check(heap[0] + heap[40000] + big[99999] + data + *on_stack, 10);
        proc_exit(0);
    }
    check(read_some(r, &c, 1), 1);
    check(heap[0] + heap[40000] + big[99999] + data + *on_stack, 5);
    check(__builtin_wasm_memory_size(0), page + 3);
    wait_for(pid, 0);
    print("ok\n");
}
