package dev.polder.mesh.config;

/** How a redirect or rewrite changes the path. Source: {@code HTTPPathModifier} of Gateway API v1. */
public sealed interface PathModifier {

    /**
     * The new path.
     *
     * @param path the request's path without query
     * @param matched the path match of the route that was chosen
     */
    String apply(String path, PathMatch matched);

    /** The whole path is replaced. */
    record ReplaceFullPath(String value) implements PathModifier {
        @Override
        public String apply(String path, PathMatch matched) {
            return value;
        }
    }

    /** The part that a prefix match matched is replaced; slashes are neither lost nor doubled. */
    record ReplacePrefixMatch(String value) implements PathModifier {
        @Override
        public String apply(String path, PathMatch matched) {
            String prefix = matched instanceof PathMatch.Prefix match ? match.value() : "/";
            String rest = prefix.equals("/") ? path : path.substring(prefix.length());
            String replacement = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
            String joined = rest.isEmpty() || rest.startsWith("/") ? replacement + rest : replacement + "/" + rest;
            return joined.isEmpty() ? "/" : joined;
        }
    }
}
