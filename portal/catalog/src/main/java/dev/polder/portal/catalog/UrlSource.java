package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.catalog.FileSource.Contents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code url:} targets through the readers of the program and remembers them by version, or for a time where there
 * is none. Used by the catalogue's own thread only, but for {@link #forget}.
 */
final class UrlSource {

    /** A file found at a URL. */
    record Document(String url, Contents contents) {}

    /** What was read at a URL, or why nothing was. Compared by identity. */
    record Fetched(List<Document> documents, @Nullable Problem failure) {}

    private record Cached(Optional<String> version, long readAtNanos, Fetched fetched) {}

    private final List<LocationReader> readers;
    private final int maxBytes;
    private final long intervalNanos;
    private final Map<String, Cached> cache = new HashMap<>();
    private final Map<String, Cached> touched = new HashMap<>();
    private final Set<String> forgotten = new HashSet<>();

    UrlSource(List<LocationReader> readers, int maxBytes, Duration interval) {
        this.readers = readers;
        this.maxBytes = maxBytes;
        this.intervalNanos = interval.toNanos();
    }

    /** Makes the next round read everything below this URL's folder anew. Safe for any thread. */
    void forget(String url) {
        synchronized (forgotten) {
            forgotten.add(url);
        }
    }

    void startRound() {
        synchronized (forgotten) {
            for (String url : forgotten) {
                String folder = url.substring(0, url.lastIndexOf('/') + 1);
                cache.keySet().removeIf(known -> known.startsWith(folder));
            }
            forgotten.clear();
        }
    }

    void endRound() {
        cache.clear();
        cache.putAll(touched);
        touched.clear();
    }

    /** The documents at a URL. */
    Fetched read(String url) {
        Cached ready = touched.get(url);
        if (ready != null) {
            return ready.fetched();
        }
        Cached cached = cache.get(url);
        Optional<String> version = Optional.empty();
        Cached now;
        try {
            LocationReader reader = readerOf(url);
            version = reader.version(url);
            boolean fresh = cached != null
                    && cached.version().equals(version)
                    && (version.isPresent() || System.nanoTime() - cached.readAtNanos() < intervalNanos);
            now = cached != null && fresh
                    ? cached
                    : new Cached(version, System.nanoTime(), fetched(reader, url, cached));
        } catch (Problem e) {
            now = new Cached(version, System.nanoTime(), sameFailure(cached, e));
        }
        touched.put(url, now);
        return now.fetched();
    }

    private static Fetched sameFailure(@Nullable Cached cached, Problem failure) {
        Problem earlier = cached == null ? null : cached.fetched().failure();
        return cached != null
                        && earlier != null
                        && String.valueOf(earlier.getMessage()).equals(failure.getMessage())
                ? cached.fetched()
                : new Fetched(List.of(), failure);
    }

    private Fetched fetched(LocationReader reader, String url, @Nullable Cached earlier) {
        List<Document> documents = new ArrayList<>();
        boolean same = earlier != null && earlier.fetched().failure() == null;
        for (LocationReader.Content content : reader.read(url, maxBytes)) {
            Contents contents = Contents.parse(content.url(), content.bytes());
            same = same
                    && earlier != null
                    && isAt(earlier.fetched().documents(), documents.size(), content.url(), contents);
            documents.add(new Document(content.url(), contents));
        }
        if (same && earlier != null && earlier.fetched().documents().size() == documents.size()) {
            return earlier.fetched();
        }
        return new Fetched(List.copyOf(documents), null);
    }

    private static boolean isAt(List<Document> documents, int place, String url, Contents contents) {
        return place < documents.size()
                && documents.get(place).url().equals(url)
                && documents.get(place).contents().digest().equals(contents.digest());
    }

    /** The bytes at one URL, for a placeholder. */
    byte[] bytes(String url) {
        List<LocationReader.Content> found = readerOf(url).read(url, maxBytes);
        if (found.size() != 1) {
            throw Problem.notFound(url + ": " + found.size() + " files (expected: one)");
        }
        return found.getFirst().bytes();
    }

    Optional<String> version(String url) {
        return readerOf(url).version(url);
    }

    /** Where the files around a URL can be read; empty for a URL that nobody reads. */
    Optional<String> source(String url) {
        return readers.stream()
                .filter(reader -> reader.supports(url))
                .findFirst()
                .flatMap(reader -> reader.source(url));
    }

    String resolve(String reference, String base) {
        return readerOf(base).resolve(reference, base);
    }

    private LocationReader readerOf(String url) {
        return readers.stream()
                .filter(reader -> reader.supports(url))
                .findFirst()
                .orElseThrow(() -> Problem.invalid("Reading from '" + url
                        + "' is not allowed: no reader of this installation knows that address"));
    }
}
