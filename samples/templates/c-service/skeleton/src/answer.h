#ifndef ANSWER_H
#define ANSWER_H

#include <stdio.h>

/* One request; no field is NULL. */
struct request {
    const char *path;
    const char *query;
    const char *greeting; /* as spin.toml sets it */
    const char *service;
};

/* Writes the head and the body that answer a GET. */
void answer(FILE *out, const struct request *request);

#endif
