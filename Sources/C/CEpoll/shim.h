#pragma once
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// epoll(7) and eventfd(2) without the union and the enumerations, which Swift would see as unsafe or as strangers.

enum { lango_batch = 128 };

// What a descriptor is ready for: anything at all is a reason to read, an error or an end to write too.
struct lango_ready {
    uint64_t number;
    _Bool writable;
};

static inline int lango_epoll_new(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int lango_event_new(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

// Watches a descriptor for reading, and for writing where asked; `isNew` at its first time.
static inline int lango_epoll_watch(int poll, int descriptor, uint64_t number, _Bool isNew, _Bool writable) {
    struct epoll_event event = {.events = writable ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.u64 = number};
    return epoll_ctl(poll, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

// Waits at most so long and fills `ready`, which has room for `lango_batch`.
static inline int lango_epoll_wait(int poll, struct lango_ready *ready, int milliseconds) {
    struct epoll_event events[lango_batch];
    int count = epoll_wait(poll, events, lango_batch, milliseconds);
    for (int i = 0; i < count; i++)
        ready[i] = (struct lango_ready){
            .number = events[i].data.u64,
            .writable = (events[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0,
        };
    return count;
}
