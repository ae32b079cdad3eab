#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/answer.h"

static void expect(const char *path, const char *query, const char *end) {
    char *got = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&got, &length);
    answer(out, &(struct request){.path = path, .query = query, .greeting = "Good \"day\"", .service = "shop"});
    fclose(out);
    size_t wanted = strlen(end);
    if (length < wanted || strcmp(got + length - wanted, end) != 0) {
        fprintf(stderr, "%s?%s answered\n%s(expected at its end: %s)\n", path, query, got, end);
        exit(EXIT_FAILURE);
    }
    free(got);
}

int main(void) {
    expect("/shop", "a=1", "\n\nGood \"day\"\npath: /shop\nquery: a=1\n");
    expect("/api", "x", "\n\n{\"greeting\":\"Good \\\"day\\\"\",\"path\":\"/api\",\"query\":\"x\"}\n");
    expect("/health", "", "\n\n{\"status\":\"ok\",\"service\":\"shop\"}\n");
    puts("3 passed");
    return EXIT_SUCCESS;
}
