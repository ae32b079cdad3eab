package dev.polder.wasm.service;

import java.util.List;

/**
 * A pattern of relative paths as Spin's {@code files} has them: {@code ?} and {@code *} within a segment, {@code **} for
 * any number of segments, none included. Matching takes time in proportion to pattern times path, whatever they hold.
 */
final class Glob {

    private final List<String> segments;
    private final String source;

    private Glob(String source, List<String> segments) {
        this.source = source;
        this.segments = segments;
    }

    static Glob of(String pattern) {
        return new Glob(pattern, List.of(pattern.split("/")));
    }

    /** Whether it names one path, without any wildcard. */
    boolean isLiteral() {
        return source.indexOf('*') < 0 && source.indexOf('?') < 0;
    }

    /** @param path with {@code /} between its segments */
    boolean matches(String path) {
        List<String> parts = List.of(path.split("/"));
        boolean[] reached = new boolean[parts.size() + 1];
        reached[0] = true;
        for (String segment : segments) {
            boolean[] next = new boolean[parts.size() + 1];
            boolean any = false;
            for (int i = 0; i <= parts.size(); i++) {
                if (segment.equals("**")) {
                    any |= reached[i];
                    next[i] = any;
                } else if (i > 0 && reached[i - 1]) {
                    next[i] = segmentMatches(segment, parts.get(i - 1));
                }
            }
            reached = next;
        }
        return reached[parts.size()];
    }

    /**
     * Whether something in a folder may match.
     *
     * @param folder with {@code /} between its segments
     */
    boolean mayMatchIn(String folder) {
        List<String> parts = List.of(folder.split("/"));
        boolean[] reached = new boolean[parts.size() + 1];
        reached[0] = true;
        for (String segment : segments) {
            if (reached[parts.size()]) {
                return true;
            }
            boolean[] next = new boolean[parts.size() + 1];
            boolean any = false;
            for (int i = 0; i <= parts.size(); i++) {
                if (segment.equals("**")) {
                    any |= reached[i];
                    next[i] = any;
                } else if (i > 0 && reached[i - 1]) {
                    next[i] = segmentMatches(segment, parts.get(i - 1));
                }
            }
            if (segment.equals("**") && next[parts.size()]) {
                return true;
            }
            reached = next;
        }
        return false;
    }

    private static boolean segmentMatches(String pattern, String text) {
        boolean[] reached = new boolean[text.length() + 1];
        reached[0] = true;
        for (int p = 0; p < pattern.length(); p++) {
            char c = pattern.charAt(p);
            boolean[] next = new boolean[text.length() + 1];
            boolean any = false;
            for (int i = 0; i <= text.length(); i++) {
                any |= reached[i];
                next[i] = c == '*' ? any : i > 0 && reached[i - 1] && (c == '?' || c == text.charAt(i - 1));
            }
            reached = next;
        }
        return reached[text.length()];
    }

    @Override
    public String toString() {
        return source;
    }
}
