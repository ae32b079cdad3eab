#include "answer.h"

#include <string.h>

/* A string as JSON writes it. */
static void quoted(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            fprintf(out, "\\%c", *c);
        } else if (*c < ' ') {
            fprintf(out, "\\u%04x", *c);
        } else {
            fputc(*c, out);
        }
    }
    fputc('"', out);
}

static void field(FILE *out, const char *before, const char *value) {
    fputs(before, out);
    quoted(out, value);
}

void answer(FILE *out, const struct request *request) {
    if (strcmp(request->path, "/health") == 0) {
        fputs("Content-Type: application/json\n\n", out);
        field(out, "{\"status\":\"ok\",\"service\":", request->service);
        fputs("}\n", out);
    } else if (strcmp(request->path, "/api") == 0) {
        fputs("Content-Type: application/json\n\n", out);
        field(out, "{\"greeting\":", request->greeting);
        field(out, ",\"path\":", request->path);
        field(out, ",\"query\":", request->query);
        fputs("}\n", out);
    } else {
        fprintf(out, "Content-Type: text/plain; charset=utf-8\n\n%s\npath: %s\nquery: %s\n", request->greeting,
                request->path, request->query);
    }
}
