// context.h: several stacks for one thread ("Build: freestanding -Wl,--export-table").
#pragma once
#include "wasix.h"

#ifdef __cplusplus
extern "C" {
#endif
WASIX(context_create) u32 context_create(u64 *id, void (*entry)(void));
WASIX(context_destroy) u32 context_destroy(u64 id);
WASIX(context_switch) u32 context_switch(u64 id);
#ifdef __cplusplus
}
#endif

enum { MAIN };

// context makes a context that begins at entry.
static inline u64 context(void (*entry)(void)) {
    u64 id = 0;
    ok(context_create(&id, entry));
    check(id != 0, 1);
    return id;
}

static inline void leave_for(u64 id) { ok(context_switch(id)); }
