/* An HTTP service as a WebAssembly component: it exports wasi:http/incoming-handler, by the bindings in bindings/. */
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "service.h"

/* More than a host has to take at once. */
#define PART 4096

static service_string_t string(const char *text) {
    return (service_string_t){(uint8_t *)text, strlen(text)};
}

/* A copy that ends with a zero, or NULL without memory. */
static char *copy(const uint8_t *bytes, size_t length) {
    char *text = malloc(length + 1);
    if (text) {
        memcpy(text, bytes, length);
        text[length] = 0;
    }
    return text;
}

static char *variable(const service_list_tuple2_string_string_t *environment, const char *name) {
    for (size_t i = 0; i < environment->len; i++) {
        service_tuple2_string_string_t entry = environment->ptr[i];
        if (entry.f0.len == strlen(name) && memcmp(entry.f0.ptr, name, entry.f0.len) == 0) {
            return copy(entry.f1.ptr, entry.f1.len);
        }
    }
    return copy((const uint8_t *)"", 0);
}

/* A response under way: its head is sent, and its body is written to the stream. */
struct response {
    wasi_http_types_own_outgoing_body_t body;
    wasi_http_types_own_output_stream_t stream;
};

/* Sends the head at once. */
static struct response respond(
    wasi_http_types_own_response_outparam_t out, uint16_t status, const uint8_t *type, size_t type_length) {
    service_tuple2_field_name_field_value_t header = {
        .f0 = string("content-type"),
        .f1 = {(uint8_t *)type, type_length},
    };
    service_list_tuple2_field_name_field_value_t headers = {&header, 1};
    wasi_http_types_own_fields_t fields;
    wasi_http_types_header_error_t refused;
    if (!wasi_http_types_static_fields_from_list(&headers, &fields, &refused)) {
        abort(); /* the content type is no header value */
    }
    struct response response;
    wasi_http_types_own_outgoing_response_t outgoing = wasi_http_types_constructor_outgoing_response(fields);
    wasi_http_types_borrow_outgoing_response_t borrowed = wasi_http_types_borrow_outgoing_response(outgoing);
    if (!wasi_http_types_method_outgoing_response_set_status_code(borrowed, status)
        || !wasi_http_types_method_outgoing_response_body(borrowed, &response.body)
        || !wasi_http_types_method_outgoing_body_write(
            wasi_http_types_borrow_outgoing_body(response.body), &response.stream)) {
        abort(); /* none of them is asked for twice */
    }
    wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val.ok = outgoing};
    wasi_http_types_static_response_outparam_set(out, &result);
    return response;
}

/* Ends the body; one that ended early is dropped unfinished, and the client sees a broken response, not a short one. */
static void finish(struct response response, bool whole) {
    wasi_io_streams_output_stream_drop_own(response.stream);
    wasi_http_types_error_code_t failed;
    if (!whole) {
        wasi_http_types_outgoing_body_drop_own(response.body);
    } else if (!wasi_http_types_static_outgoing_body_finish(response.body, NULL, &failed)) {
        wasi_http_types_error_code_free(&failed);
    }
}

static bool send(struct response response, const char *bytes, size_t length) {
    wasi_io_streams_borrow_output_stream_t stream = wasi_io_streams_borrow_output_stream(response.stream);
    for (size_t sent = 0; sent < length;) {
        size_t size = length - sent < PART ? length - sent : PART;
        service_list_u8_t part = {(uint8_t *)bytes + sent, size};
        wasi_io_streams_stream_error_t failed;
        if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(stream, &part, &failed)) {
            wasi_io_streams_stream_error_free(&failed);
            return false;
        }
        sent += size;
    }
    return true;
}

/* Sends the posted body back while it arrives; neither side is held in memory. */
static void echo(
    wasi_http_types_borrow_incoming_request_t request, wasi_http_types_own_response_outparam_t out) {
    wasi_http_types_own_headers_t headers = wasi_http_types_method_incoming_request_headers(request);
    wasi_http_types_field_name_t name = string("content-type");
    service_list_field_value_t types;
    wasi_http_types_method_fields_get(wasi_http_types_borrow_fields(headers), &name, &types);
    static const char otherwise[] = "application/octet-stream";
    struct response response = types.len > 0
        ? respond(out, 200, types.ptr[0].ptr, types.ptr[0].len)
        : respond(out, 200, (const uint8_t *)otherwise, sizeof otherwise - 1);
    service_list_field_value_free(&types);
    wasi_http_types_fields_drop_own(headers);

    wasi_http_types_own_incoming_body_t body;
    wasi_http_types_own_input_stream_t incoming;
    if (!wasi_http_types_method_incoming_request_consume(request, &body)
        || !wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &incoming)) {
        abort(); /* neither of them is asked for twice */
    }
    wasi_io_streams_borrow_output_stream_t stream = wasi_io_streams_borrow_output_stream(response.stream);
    wasi_io_streams_stream_error_t failed;
    uint64_t moved;
    while (wasi_io_streams_method_output_stream_blocking_splice(
        stream, wasi_io_streams_borrow_input_stream(incoming), 64 * 1024, &moved, &failed)) {
    }
    bool whole = failed.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
    wasi_io_streams_stream_error_free(&failed);
    wasi_io_streams_input_stream_drop_own(incoming);
    wasi_http_types_incoming_body_drop_own(body);
    finish(response, whole);
}

static void get(wasi_http_types_borrow_incoming_request_t request, wasi_http_types_own_response_outparam_t out) {
    service_string_t target = {NULL, 0};
    bool named = wasi_http_types_method_incoming_request_path_with_query(request, &target);
    char *path = named ? copy(target.ptr, target.len) : copy((const uint8_t *)"/", 1);
    char *query = path ? strchr(path, '?') : NULL;
    if (query) {
        *query++ = 0;
    }
    service_list_tuple2_string_string_t environment;
    wasi_cli_environment_get_environment(&environment);
    char *greeting = variable(&environment, "GREETING");
    char *service = variable(&environment, "SERVICE_NAME");
    struct answer found;
    struct request asked = {path, query ? query : "", greeting, service};
    if (!path || !greeting || !service || !answer(&found, &asked)) {
        abort(); /* no memory */
    }
    struct response response
        = respond(out, 200, (const uint8_t *)found.content_type, strlen(found.content_type));
    finish(response, send(response, found.body, found.length));
    free(found.body);
    free(greeting);
    free(service);
    free(path);
    service_list_tuple2_string_string_free(&environment);
    if (named) {
        service_string_free(&target);
    }
}

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t out) {
    wasi_http_types_borrow_incoming_request_t borrowed = wasi_http_types_borrow_incoming_request(request);
    wasi_http_types_method_t method;
    wasi_http_types_method_incoming_request_method(borrowed, &method);
    bool post = method.tag == WASI_HTTP_TYPES_METHOD_POST;
    wasi_http_types_method_free(&method);
    if (post) {
        echo(borrowed, out);
    } else {
        get(borrowed, out);
    }
    wasi_http_types_incoming_request_drop_own(request);
}
