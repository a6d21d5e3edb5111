// The limit of an HTTP answer: bare libmicrohttpd that sends one fixed page with fixed headers.
//
//   http_limit PORT THREADS BODY HEADERS fixed|built [CERTIFICATE KEY]
//
// THREADS daemons of one epoll thread each share the port by SO_REUSEPORT, with 8 KiB of memory a connection. `fixed`
// sends one response object again and again; `built` makes a response and adds its headers for every request, as a
// program must whose pages differ. HEADERS holds lines of `Name: value`. Runs until SIGTERM.
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *body;
static size_t body_size;
static char *names[64], *values[64];
static int headers;
static struct MHD_Response *fixed_answer;

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file) { perror(path); exit(1); }
    char *text = malloc(1 << 20);
    *size = fread(text, 1, (1 << 20) - 1, file);
    text[*size] = 0;
    fclose(file);
    return text;
}

static struct MHD_Response *answer(void)
{
    struct MHD_Response *made = MHD_create_response_from_buffer(body_size, body, MHD_RESPMEM_PERSISTENT);
    for (int index = 0; index < headers; index++) MHD_add_response_header(made, names[index], values[index]);
    return made;
}

static enum MHD_Result handle(
    void *own, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
    const char *part, size_t *count, void **context)
{
    if (!*context) {
        *context = &headers;
        return MHD_YES;
    }
    *count = 0;
    if (fixed_answer) return MHD_queue_response(connection, 200, fixed_answer);
    struct MHD_Response *made = answer();
    enum MHD_Result result = MHD_queue_response(connection, 200, made);
    MHD_destroy_response(made);
    return result;
}

int main(int count, char **words)
{
    if (count != 6 && count != 8) return 64;
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);

    size_t size;
    body = read_file(words[3], &body_size);
    for (char *line = strtok(read_file(words[4], &size), "\r\n"); line && headers < 64; line = strtok(NULL, "\r\n")) {
        char *colon = strchr(line, ':');
        if (!colon) continue;
        *colon = 0;
        names[headers] = line;
        values[headers++] = colon + 2;
    }
    if (!strcmp(words[5], "fixed")) fixed_answer = answer();

    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, count == 8 ? read_file(words[6], &size) : NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, count == 8 ? read_file(words[7], &size) : NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    if (count == 8) flags |= MHD_USE_TLS;
    struct MHD_Daemon *daemons[64];
    int threads = atoi(words[2]);
    for (int index = 0; index < threads; index++) {
        daemons[index] = MHD_start_daemon(
            flags, (uint16_t)atoi(words[1]), NULL, NULL, handle, NULL, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)8192, MHD_OPTION_CONNECTION_LIMIT, 12000u,
            MHD_OPTION_CONNECTION_TIMEOUT, 15u, MHD_OPTION_ARRAY, count == 8 ? tls : none, MHD_OPTION_END);
        if (!daemons[index]) return 1;
    }
    puts("ready");
    fflush(stdout);
    int signal_number;
    sigwait(&ends, &signal_number);
    for (int index = 0; index < threads; index++) MHD_stop_daemon(daemons[index]);
    return 0;
}
