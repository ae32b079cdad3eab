package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import org.jspecify.annotations.Nullable;

/**
 * One deployment of an app.
 *
 * @param digest see {@link BuiltApp#digest}; null when the build failed, so that there is nothing to digest
 * @param error why it failed, in the words of the compiler or the engine; null unless {@link State#FAILED}
 */
public record AppVersion(
        @Nullable Digest digest,
        DeployInfo info,
        State state,
        @Nullable String error) {

    /** Where a version stands. */
    public enum State {
        /** Takes the requests. */
        SERVING("serving"),
        /** Served until a newer one did, or the app was stopped. */
        REPLACED("replaced"),
        /** Never served. */
        FAILED("failed");

        private final String id;

        State(String id) {
            this.id = id;
        }

        /** The word of the HTTP API. */
        public String id() {
            return id;
        }

        static State parse(String id) {
            for (State state : values()) {
                if (state.id.equals(id)) {
                    return state;
                }
            }
            return REPLACED;
        }
    }

    AppVersion as(State newState) {
        return new AppVersion(digest, info, newState, error);
    }
}
