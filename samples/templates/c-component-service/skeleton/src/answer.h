#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>

/* One request; no field is NULL. */
struct request {
    const char *path;
    const char *query;
    const char *greeting; /* as spin.toml sets it */
    const char *service;
};

/* What is answered; the body grows as it is written, and is freed by whoever sends it. */
struct answer {
    const char *content_type;
    char *body;
    size_t length;
    size_t room;
};

/* Answers a GET; false when there is no memory for it. Needs no WebAssembly. */
bool answer(struct answer *answer, const struct request *request);

#endif
