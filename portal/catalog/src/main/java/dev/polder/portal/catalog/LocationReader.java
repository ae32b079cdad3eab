package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Brings the bytes behind {@code url:} locations; the program fills this in, with its own git server for one.
 *
 * <p>Called on the catalogue's own thread and from placeholders; implementations may block and must be safe for any
 * thread.
 */
public interface LocationReader {

    /**
     * A file that was read.
     *
     * @param url where it was found; for a glob the URL of the one file
     * @param bytes its content
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Content(String url, byte[] bytes) {}

    /** Whether this reader knows the URL. */
    boolean supports(String url);

    /**
     * Reads the file at a URL, or every file that matches when its path holds {@code *}.
     *
     * @throws Problem NOT_FOUND when nothing is there; TOO_LARGE beyond {@code maxBytes} for one file
     */
    List<Content> read(String url, int maxBytes);

    /**
     * A short text that changes whenever the content may have changed, such as a commit id; asked about once a second,
     * so it must be cheap. Empty when there is none: then the URL is read again at intervals.
     */
    default Optional<String> version(String url) {
        return Optional.empty();
    }

    /** Where the files around a descriptor can be browsed or read, for {@code backstage.io/source-location}. */
    default Optional<String> source(String url) {
        return Optional.empty();
    }

    /**
     * Resolves what a descriptor writes against the URL of that descriptor.
     *
     * @throws Problem INVALID when the result is no URL
     */
    default String resolve(String reference, String base) {
        try {
            return URI.create(base).resolve(reference).toString();
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cannot form a URL out of " + base + " and " + reference + ": " + e.getMessage());
        }
    }
}
