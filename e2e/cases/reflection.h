// reflection.h: the types of functions.
#pragma once
#include "wasix.h"

enum { I32, I64, F32, F64 };

typedef struct {
    u8 cacheable;
    u16 arguments, results;
} reflection;

WASIX(reflect_signature)
u32 reflect_signature(u32 function, u8 *arguments, u32 arguments_len, u8 *results, u32 results_len, reflection *r);
