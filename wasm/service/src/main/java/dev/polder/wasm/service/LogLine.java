package dev.polder.wasm.service;

import java.time.Instant;

/**
 * One line that an app, its build or its deployment wrote.
 *
 * @param id grows by one within an app
 * @param component whose line it is, or {@code ""} when it is the app's
 * @param text without line end; control characters are replaced, long lines are cut
 */
public record LogLine(long id, Instant at, Stream stream, String component, String text) {

    /** Where a line comes from. */
    public enum Stream {
        STDOUT("stdout"),
        STDERR("stderr"),
        BUILD("build"),
        ACCESS("access");

        private final String id;

        Stream(String id) {
            this.id = id;
        }

        /** The word of the HTTP API. */
        public String id() {
            return id;
        }
    }
}
