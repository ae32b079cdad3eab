package dev.polder.kernel.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one error of the house: what went wrong, whose fault it was, and whether trying again can help.
 *
 * <p>A message says what was found and what was expected: {@code "port: 70000 (expected: 1 to 65535)"}. It never holds
 * a secret. Where the fault stands in a file, {@link #where()} names it; {@link #getMessage()} repeats it in front.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is; each kind has one HTTP status. */
    public enum Code {
        /** The input breaks a rule of its format; the same input fails again. */
        INVALID(400),
        /** No or unusable credentials. */
        UNAUTHENTICATED(401),
        /** Known caller, but not allowed. */
        FORBIDDEN(403),
        /** What was asked for is not there. */
        NOT_FOUND(404),
        /** The state moved on, or the name is taken. */
        CONFLICT(409),
        /** A limit on size, count or depth was passed. */
        TOO_LARGE(413),
        /** Well formed, but this build does not do it. */
        UNSUPPORTED(501),
        /** The caller went away or asked to stop. */
        CANCELLED(499),
        /** The work did not end in its time. */
        DEADLINE(504),
        /** Something outside this process answered wrongly. */
        BAD_UPSTREAM(502),
        /** Temporarily not possible; try again. */
        UNAVAILABLE(503),
        /** A defect in Polder itself. */
        INTERNAL(500);

        private final int httpStatus;

        Code(int httpStatus) {
            this.httpStatus = httpStatus;
        }

        /** The HTTP status that an API answers with. */
        public int httpStatus() {
            return httpStatus;
        }
    }

    /** Who has to act for the failure to go away. */
    public enum WhoFailed {
        /** The one who sent the request or wrote the document. */
        CALLER,
        /** Code that Polder runs for somebody: a guest, a build, a template. */
        GUEST,
        /** A server that Polder called. */
        UPSTREAM,
        /** Polder itself or its machine. */
        POLDER
    }

    private final Code code;
    private final WhoFailed whoFailed;
    private final boolean retryable;
    private final @Nullable Where where;
    private final String detail;
    private final transient Map<String, String> members;

    /**
     * @param detail what was found and what was expected, without the place
     * @param where the place in a document, or null
     * @param cause the failure below, or null
     */
    public Problem(
            Code code,
            WhoFailed whoFailed,
            boolean retryable,
            String detail,
            @Nullable Where where,
            @Nullable Throwable cause) {
        this(code, whoFailed, retryable, detail, where, cause, Map.of());
    }

    private Problem(
            Code code,
            WhoFailed whoFailed,
            boolean retryable,
            String detail,
            @Nullable Where where,
            @Nullable Throwable cause,
            Map<String, String> members) {
        super(where == null ? detail : where + ": " + detail, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.whoFailed = Objects.requireNonNull(whoFailed, "whoFailed");
        this.retryable = retryable;
        this.detail = detail;
        this.where = where;
        this.members = members;
    }

    /** The caller's input breaks a rule. */
    public static Problem invalid(String detail) {
        return new Problem(Code.INVALID, WhoFailed.CALLER, false, detail, null, null);
    }

    /** The caller's document breaks a rule at a known place. */
    public static Problem invalid(String detail, Where where) {
        return new Problem(Code.INVALID, WhoFailed.CALLER, false, detail, where, null);
    }

    /** What was asked for is not there. */
    public static Problem notFound(String detail) {
        return new Problem(Code.NOT_FOUND, WhoFailed.CALLER, false, detail, null, null);
    }

    /** The state moved on, or the name is taken. */
    public static Problem conflict(String detail) {
        return new Problem(Code.CONFLICT, WhoFailed.CALLER, true, detail, null, null);
    }

    /** A limit was passed. */
    public static Problem tooLarge(String detail) {
        return new Problem(Code.TOO_LARGE, WhoFailed.CALLER, false, detail, null, null);
    }

    /** Temporarily not possible. */
    public static Problem unavailable(String detail, @Nullable Throwable cause) {
        return new Problem(Code.UNAVAILABLE, WhoFailed.POLDER, true, detail, null, cause);
    }

    /** Code that Polder ran for somebody failed. */
    public static Problem guest(Code code, String detail, @Nullable Throwable cause) {
        return new Problem(code, WhoFailed.GUEST, false, detail, null, cause);
    }

    /** A defect or a fault of the machine. */
    public static Problem internal(String detail, @Nullable Throwable cause) {
        return new Problem(Code.INTERNAL, WhoFailed.POLDER, false, detail, null, cause);
    }

    /** This problem, said of a place in a document. */
    public Problem at(Where place) {
        return new Problem(code, whoFailed, retryable, detail, place, getCause(), members);
    }

    /**
     * This problem with one more member for programs that read the answer's body, such as {@code limit} (RFC 9457 section
     * 3.2).
     *
     * @param name of letters only, and none that the body has anyway
     */
    public Problem with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new Problem(
                code, whoFailed, retryable, detail, where, getCause(), java.util.Collections.unmodifiableMap(more));
    }

    /** The same failure in other words: another kind and another text, its members kept. */
    public Problem reworded(Code kind, String text) {
        return new Problem(kind, whoFailed, retryable, text, null, this, members);
    }

    public Code code() {
        return code;
    }

    public WhoFailed whoFailed() {
        return whoFailed;
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public boolean retryable() {
        return retryable;
    }

    /** The message without the place. */
    public String detail() {
        return detail;
    }

    /** What was added by {@link #with}, in that order. */
    public Map<String, String> members() {
        return members;
    }

    public Optional<Where> where() {
        return Optional.ofNullable(where);
    }
}
