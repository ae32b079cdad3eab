package dev.polder.mesh.config;

import org.jspecify.annotations.Nullable;

/** What a route is chosen by; a proxy shows its own request through it without copying. */
public interface RequestFacts {

    /** The host asked for, lower case, without port; {@code ""} when the request names none. */
    String host();

    /** The path without query, normalised (no dot segments), starting with a slash. */
    String path();

    String method();

    /**
     * The value of a header; several are joined by a comma.
     *
     * @param name lower case
     */
    @Nullable
    CharSequence header(String name);

    /** The first value of a query parameter, percent-decoded. */
    @Nullable
    String queryParameter(String name);
}
