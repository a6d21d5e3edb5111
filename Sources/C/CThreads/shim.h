#pragma once
#include <sched.h>
#include <sys/prctl.h>

/* Variadic, so not imported. Names the calling thread; Linux keeps 15 bytes. prctl(2). */
static inline void lango_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/* SCHED_BATCH for the calling thread and those it starts; hidden behind a feature macro. sched(7). */
static inline void lango_work_in_batches(void)
{
    const struct sched_param parameters = {0};
    sched_setscheduler(0, 3, &parameters);
}
