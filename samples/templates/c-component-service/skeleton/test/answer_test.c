#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/answer.h"

static void expect(const char *path, const char *query, const char *wanted) {
    struct answer got;
    struct request request = {.path = path, .query = query, .greeting = "Good \"day\"", .service = "shop"};
    if (!answer(&got, &request) || got.length != strlen(wanted) || memcmp(got.body, wanted, got.length) != 0) {
        fprintf(stderr, "%s?%s answered\n%.*s(expected: %s)\n", path, query, (int)got.length, got.body, wanted);
        exit(EXIT_FAILURE);
    }
    free(got.body);
}

int main(void) {
    expect("/shop", "a=1", "Good \"day\"\npath: /shop\nquery: a=1\n");
    expect("/api", "x", "{\"greeting\":\"Good \\\"day\\\"\",\"path\":\"/api\",\"query\":\"x\"}\n");
    expect("/health", "", "{\"status\":\"ok\",\"service\":\"shop\"}\n");
    puts("3 passed");
    return EXIT_SUCCESS;
}
