#include "answer.h"

#include <stdlib.h>
#include <string.h>

static bool add(struct answer *answer, const char *bytes, size_t length) {
    if (answer->length + length > answer->room) {
        size_t room = 2 * answer->room + length + 256;
        char *body = realloc(answer->body, room);
        if (!body) {
            return false;
        }
        answer->body = body;
        answer->room = room;
    }
    memcpy(answer->body + answer->length, bytes, length);
    answer->length += length;
    return true;
}

static bool text(struct answer *answer, const char *text) {
    return add(answer, text, strlen(text));
}

/* A string as JSON writes it. */
static bool quoted(struct answer *answer, const char *text) {
    static const char hex[] = "0123456789abcdef";
    bool ok = add(answer, "\"", 1);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        char escaped[] = {'\\', 'u', '0', '0', hex[*c >> 4], hex[*c & 15]};
        if (*c == '"' || *c == '\\') {
            ok = ok && add(answer, "\\", 1) && add(answer, (const char *)c, 1);
        } else {
            ok = ok && (*c < ' ' ? add(answer, escaped, sizeof escaped) : add(answer, (const char *)c, 1));
        }
    }
    return ok && add(answer, "\"", 1);
}

static bool field(struct answer *answer, const char *before, const char *value) {
    return text(answer, before) && quoted(answer, value);
}

bool answer(struct answer *answer, const struct request *request) {
    *answer = (struct answer){.content_type = "application/json"};
    if (strcmp(request->path, "/health") == 0) {
        return field(answer, "{\"status\":\"ok\",\"service\":", request->service) && text(answer, "}\n");
    }
    if (strcmp(request->path, "/api") == 0) {
        return field(answer, "{\"greeting\":", request->greeting) && field(answer, ",\"path\":", request->path)
            && field(answer, ",\"query\":", request->query) && text(answer, "}\n");
    }
    answer->content_type = "text/plain; charset=utf-8";
    return text(answer, request->greeting) && text(answer, "\npath: ") && text(answer, request->path)
        && text(answer, "\nquery: ") && text(answer, request->query) && text(answer, "\n");
}
