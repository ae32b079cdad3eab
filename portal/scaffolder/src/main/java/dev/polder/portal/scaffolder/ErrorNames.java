package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Failures by the names that Backstage gives them. */
final class ErrorNames {

    private ErrorNames() {}

    static String name(Throwable failure) {
        if (!(failure instanceof Problem problem)) {
            return "Error";
        }
        return switch (problem.code()) {
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

    static String message(Throwable failure) {
        boolean worded =
                failure instanceof Problem || (failure instanceof RuntimeException && failure.getMessage() != null);
        return worded ? String.valueOf(failure.getMessage()) : failure.toString();
    }

    static ObjectNode json(Throwable failure, Redactor redactor) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name(failure))
                .put("message", redactor.clean(message(failure)));
    }
}
