package dev.polder.mesh.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change to a request or response. Source: {@code HTTPRouteFilter} of Gateway API v1. */
public sealed interface HttpFilter {

    /** A header and its value; names are lower case. */
    record Header(String name, String value) {}

    /** Headers to replace, to append to, and to take away, in this order. */
    record HeaderEdit(List<Header> set, List<Header> add, List<String> remove) {
        public HeaderEdit {
            set = List.copyOf(set);
            add = List.copyOf(add);
            remove = List.copyOf(remove);
        }
    }

    /** Edits the request before it goes to a backend. */
    record RequestHeaders(HeaderEdit edit) implements HttpFilter {}

    /** Edits the response before it goes to the client. */
    record ResponseHeaders(HeaderEdit edit) implements HttpFilter {}

    /**
     * Answers with a redirect; what is null stays as in the request.
     *
     * @param port 0 to derive it: the well-known port of a changed scheme, otherwise the listener's
     * @param status 301, 302, 303, 307 or 308
     */
    record Redirect(
            @Nullable String scheme,
            @Nullable String hostname,
            @Nullable PathModifier path,
            int port,
            int status) implements HttpFilter {}

    /** Changes the host or path that the backend sees; what is null stays. */
    record Rewrite(@Nullable String hostname, @Nullable PathModifier path) implements HttpFilter {}
}
