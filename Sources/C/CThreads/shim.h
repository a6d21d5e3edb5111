#pragma once
#include <sys/prctl.h>

/* Variadic, so not imported. Names the calling thread; Linux keeps 15 bytes. prctl(2). */
static inline void lango_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
