package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import org.jspecify.annotations.Nullable;

/**
 * One deployment of an app.
 *
 * @param number names it within the app: 1, 2, 3 …; 0 until the app's history has it
 * @param digest see {@link BuiltApp#digest}; null when the build failed, so that there is nothing to digest
 * @param error why it failed, in the words of the compiler or the engine; null unless {@link State#FAILED}
 * @param parts what it is made of, while that is kept to be served again; else null
 */
public record AppVersion(
        int number,
        @Nullable Digest digest,
        DeployInfo info,
        State state,
        @Nullable String error,
        @Nullable VersionParts parts) {

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

    static AppVersion serving(@Nullable Digest digest, DeployInfo info, VersionParts parts) {
        return new AppVersion(0, digest, info, State.SERVING, null, parts);
    }

    static AppVersion failed(@Nullable Digest digest, DeployInfo info, Problem problem) {
        return new AppVersion(0, digest, info, State.FAILED, problem.getMessage(), null);
    }

    AppVersion numbered(int itsNumber) {
        return new AppVersion(itsNumber, digest, info, state, error, parts);
    }

    AppVersion as(State newState) {
        return new AppVersion(number, digest, info, newState, error, parts);
    }

    AppVersion with(@Nullable VersionParts newParts) {
        return new AppVersion(number, digest, info, state, error, newParts);
    }
}
