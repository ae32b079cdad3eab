package dev.polder.kernel.server;

import dev.polder.kernel.model.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

final class ErrorBodies {

    private ErrorBodies() {}

    static JsonNode backstage(Problem problem, String method, String pathWithQuery, String mount) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("name", backstageName(problem.code())).put("message", problem.getMessage());
        String url = pathWithQuery.startsWith(mount) ? pathWithQuery.substring(mount.length()) : pathWithQuery;
        body.putObject("request").put("method", method).put("url", url);
        body.putObject("response").put("statusCode", problem.code().httpStatus());
        return body;
    }

    static JsonNode problem(Problem problem, String method, String pathWithQuery, String mount) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", "about:blank");
        body.put("title", problem.code().name());
        body.put("status", problem.code().httpStatus());
        body.put("detail", problem.getMessage());
        body.put("code", problem.code().name());
        body.put("retryable", problem.retryable());
        problem.where().ifPresent(where -> {
            ObjectNode place = body.putObject("where").put("source", where.source());
            if (where.line() > 0) {
                place.put("line", where.line()).put("column", where.column());
            }
            if (where.field() != null) {
                place.put("field", where.field());
            }
        });
        return body;
    }

    private static String backstageName(Problem.Code code) {
        return switch (code) {
            case INVALID, TOO_LARGE -> "InputError";
            case UNAUTHENTICATED -> "AuthenticationError";
            case FORBIDDEN -> "NotAllowedError";
            case NOT_FOUND -> "NotFoundError";
            case CONFLICT -> "ConflictError";
            case UNSUPPORTED -> "NotImplementedError";
            case UNAVAILABLE -> "ServiceUnavailableError";
            case CANCELLED, DEADLINE, BAD_UPSTREAM, INTERNAL -> "Error";
        };
    }
}
