package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a registry answered; its body is to be closed.
 *
 * @param uri the address that answered, after redirects
 */
record Answer(int status, HttpHeaders headers, URI uri, InputStream body) implements AutoCloseable {

    private static final int MAX_ERROR_BYTES = 8192;
    private static final int MAX_SHOWN = 200;

    @Nullable
    String header(String name) {
        return headers.firstValue(name).orElse(null);
    }

    /**
     * The whole body.
     *
     * @throws Problem TOO_LARGE beyond {@code max} bytes
     */
    byte[] bytes(int max, String what) throws IOException {
        byte[] bytes = body.readNBytes(max + 1);
        if (bytes.length > max) {
            throw new Problem(
                    Problem.Code.TOO_LARGE,
                    Problem.WhoFailed.UPSTREAM,
                    false,
                    what + " from " + Addresses.shown(uri) + ": more than " + max + " bytes (expected: at most that)",
                    null,
                    null);
        }
        return bytes;
    }

    /** The failure that this answer is; reads the body for the registry's own words. */
    Problem problem(Call call) {
        Problem.Code code = switch (status) {
            case 401 -> Problem.Code.UNAUTHENTICATED;
            case 403 -> Problem.Code.FORBIDDEN;
            case 404 -> Problem.Code.NOT_FOUND;
            case 413 -> Problem.Code.TOO_LARGE;
            case 429, 503 -> Problem.Code.UNAVAILABLE;
            default -> Problem.Code.BAD_UPSTREAM;
        };
        boolean callers = status == 401 || status == 403 || status == 404;
        return new Problem(
                code,
                callers ? Problem.WhoFailed.CALLER : Problem.WhoFailed.UPSTREAM,
                isTransient(),
                call.method() + " " + Addresses.shown(uri) + ": " + status + reason() + " (expected: "
                        + String.join(
                                " or ",
                                call.accepted().stream()
                                        .sorted()
                                        .map(String::valueOf)
                                        .toList())
                        + ")",
                null,
                null);
    }

    /** Whether the same request may be answered otherwise later. */
    boolean isTransient() {
        return switch (status) {
            case 408, 429, 500, 502, 503, 504 -> true;
            default -> false;
        };
    }

    /** {@code Retry-After} in seconds or as a date (RFC 9110 section 10.2.3); null when it says nothing. */
    @Nullable
    Duration retryAfter() {
        String text = header("Retry-After");
        if (text == null) {
            return null;
        }
        if (text.strip().matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text.strip()));
        }
        try {
            Duration until = Duration.between(
                    Instant.now(),
                    ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeParseException e) {
            return null; // a wish that cannot be read is no wish
        }
    }

    /** The first error of the distribution specification's error body, or nothing. */
    private String reason() {
        try {
            byte[] bytes = body.readNBytes(MAX_ERROR_BYTES);
            if (bytes.length == 0) {
                return "";
            }
            List<Fields> errors = Fields.read(bytes, "error", Origin.REGISTRY).objects("errors", 100);
            if (errors.isEmpty()) {
                return "";
            }
            Fields first = errors.getFirst();
            String message = first.textOrNull("message");
            return " " + printable(first.text("code") + (message == null ? "" : ": " + message));
        } catch (IOException | Problem e) {
            return ""; // the status says what happened; a body that explains it is a courtesy
        }
    }

    /** Foreign text for a message: no control characters, not long. */
    static String printable(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > MAX_SHOWN ? plain.substring(0, MAX_SHOWN) + "…" : plain;
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a TimedBody never fails", e);
        }
    }
}
