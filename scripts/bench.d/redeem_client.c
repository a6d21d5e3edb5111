// Phones that redeem vouchers: sends each code once, checks each answer, and measures.
//
//   redeem_client PORT PATH CODES SKIP COUNT CONNECTIONS
//
// CODES holds one code a line, in the order of use. Each connection sends its next code when the answer to the one
// before is there. Prints seconds, and the median and 99th percentile of an answer in milliseconds. (wrk can neither
// stop after so many requests nor say how many of its answers were redirects.)
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char (*codes)[32];
static const char *path;
static long skip, total, sent, done, refused;
static double *waits;

typedef struct {
    int descriptor;
    size_t filled;
    double asked_at;
    char answer[16384];
} phone;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void ask(phone *phone)
{
    if (sent == total) return;
    uint64_t mac = ((uint64_t)(skip + sent + 1) * 0x9E3779B97F4Aull) & 0xFCFFFFFFFFFFull;  // of one device each, never of a group
    char form[512], request[1024];
    int size = snprintf(
        form, sizeof form,
        "code=%s&mac=%02X%%3A%02X%%3A%02X%%3A%02X%%3A%02X%%3A%02X&ip=10.5.50.2&link-login-only=http%%3A%%2F%%2F10.5.50.1"
        "%%2Flogin&chap-id=%%5C155&chap-challenge=%%5C220%%5C044%%5C310&dst=http%%3A%%2F%%2Fexample.org%%2F",
        codes[sent], (unsigned)(mac >> 40 & 255), (unsigned)(mac >> 32 & 255), (unsigned)(mac >> 24 & 255),
        (unsigned)(mac >> 16 & 255), (unsigned)(mac >> 8 & 255), (unsigned)(mac & 255));
    int length = snprintf(
        request, sizeof request,
        "POST %s/redemptions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: %d\r\n\r\n%s", path, size, form);
    sent++;
    phone->filled = 0;
    phone->asked_at = seconds();
    if (write(phone->descriptor, request, (size_t)length) != length) fail("write");
}

// Whether the whole answer is there.
static int is_complete(phone *phone)
{
    phone->answer[phone->filled] = 0;
    char *end = strstr(phone->answer, "\r\n\r\n");
    if (!end) return 0;
    char *length = strstr(phone->answer, "Content-Length: ");
    return phone->filled >= (size_t)(end + 4 - phone->answer) + (length && length < end ? strtoul(length + 16, NULL, 10) : 0);
}

static void listen_to(phone *phone)
{
    ssize_t count = read(phone->descriptor, phone->answer + phone->filled, sizeof phone->answer - 1 - phone->filled);
    if (count <= 0) fail("read");
    phone->filled += (size_t)count;
    if (!is_complete(phone)) return;
    if (strncmp(phone->answer, "HTTP/1.1 303", 12) && refused++ == 0) fprintf(stderr, "%.200s\n", phone->answer);
    waits[done++] = seconds() - phone->asked_at;
    ask(phone);
}

static int ascending(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

int main(int count, char **words)
{
    if (count != 7) return 64;
    path = words[2];
    skip = atol(words[4]);
    total = atol(words[5]);
    int connections = atoi(words[6]);
    codes = calloc((size_t)total, sizeof *codes);
    waits = calloc((size_t)total, sizeof *waits);
    FILE *file = fopen(words[3], "r");
    if (!file) fail(words[3]);
    char line[64];
    for (long index = 0; index < skip + total; index++) {
        if (!fgets(line, sizeof line, file)) fail("too few codes");
        if (index >= skip) snprintf(codes[index - skip], sizeof *codes, "%.*s", (int)strcspn(line, "\n"), line);
    }

    int events = epoll_create1(0);
    struct sockaddr_in address = {AF_INET, htons((uint16_t)atoi(words[1])), {htonl(INADDR_LOOPBACK)}, {0}};
    phone *phones = calloc((size_t)connections, sizeof *phones);
    for (int index = 0; index < connections; index++) {
        int on = 1, descriptor = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        phones[index].descriptor = descriptor;
        struct epoll_event event = {EPOLLIN, {.ptr = &phones[index]}};
        epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event);
    }
    double start = seconds();
    for (int index = 0; index < connections; index++) ask(&phones[index]);
    struct epoll_event ready[64];
    while (done < total) {
        int found = epoll_wait(events, ready, 64, 20000);
        if (found <= 0) fail("no answer within 20 seconds");
        for (int index = 0; index < found; index++) listen_to(ready[index].data.ptr);
    }
    double took = seconds() - start;
    qsort(waits, (size_t)total, sizeof *waits, ascending);
    printf("%.6f %.3f %.3f\n", took, waits[total / 2] * 1000, waits[total * 99 / 100] * 1000);
    if (refused) fprintf(stderr, "%ld of %ld were not answered by a 303\n", refused, total);
    return refused > 0;
}
