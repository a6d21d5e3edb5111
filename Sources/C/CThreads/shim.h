#pragma once
#include <elf.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>

/* Variadic, so not imported. Names the calling thread; Linux keeps 15 bytes. prctl(2). */
static inline void lango_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/* SCHED_BATCH for the calling thread and those it starts; hidden behind a feature macro. sched(7). */
static inline void lango_work_in_batches(void)
{
    const struct sched_param parameters = {0};
    sched_setscheduler(0, 3, &parameters);
}

/* What dl_iterate_phdr(3) gives first; spelled out, since link.h brings half of the system's types into this module. */
struct lango_loaded {
    Elf64_Addr base;
    const char *name;
    const Elf64_Phdr *segments;
    Elf64_Half count;
};
struct dl_phdr_info;
extern int dl_iterate_phdr(int (*visit)(struct dl_phdr_info *, size_t, void *), void *data);

static inline int lango_release_segments(struct dl_phdr_info *info, size_t size, void *data)
{
    const struct lango_loaded *loaded = (const struct lango_loaded *)(const void *)info;
    (void)size;
    (void)data;
    for (int i = 0; i < loaded->count; i++) {
        const Elf64_Phdr *segment = &loaded->segments[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) || segment->p_memsz == 0) continue;
        uintptr_t first = (loaded->base + segment->p_vaddr) & ~(uintptr_t)4095;
        uintptr_t end = (loaded->base + segment->p_vaddr + segment->p_memsz + 4095) & ~(uintptr_t)4095;
        madvise((void *)first, end - first, MADV_DONTNEED);
    }
    return 0;
}

/* Lets go of the pages of programs and libraries that are only read: what is used again comes back from the file.
   madvise(2): a private mapping of a file that nobody wrote to is filled from the file anew. */
static inline void lango_release_read_only_pages(void) { dl_iterate_phdr(lango_release_segments, 0); }
