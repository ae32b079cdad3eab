/* A WAGI service: the CGI variables are the request, standard input its body, standard output the response. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"

static const char *variable(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value ? value : otherwise;
}

/* Sends the posted body back, part by part. */
static int echo(void) {
    static char part[64 * 1024];
    printf("Content-Type: %s\n\n", variable("CONTENT_TYPE", "application/octet-stream"));
    fflush(stdout);
    ssize_t length;
    while ((length = read(STDIN_FILENO, part, sizeof part)) > 0) {
        for (ssize_t sent = 0; sent < length;) {
            ssize_t written = write(STDOUT_FILENO, part + sent, (size_t)(length - sent));
            if (written < 0) {
                return EXIT_FAILURE;
            }
            sent += written;
        }
    }
    return length < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(void) {
    if (strcmp(variable("REQUEST_METHOD", "GET"), "POST") == 0) {
        return echo();
    }
    struct request request = {
        .path = variable("PATH_INFO", "/"),
        .query = variable("QUERY_STRING", ""),
        .greeting = variable("GREETING", "Hello"),
        .service = variable("SERVICE_NAME", "service"),
    };
    answer(stdout, &request);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
