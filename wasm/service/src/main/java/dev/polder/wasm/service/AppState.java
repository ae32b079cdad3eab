package dev.polder.wasm.service;

import dev.polder.kernel.model.WorkloadRef;
import java.util.List;
import java.util.Optional;

/**
 * What an app is right now; a new one is told to listeners on every change.
 *
 * @param phase whether it takes requests
 * @param idle whether it serves and let go of its compiled code: the next request has it again, from memory or disk
 * @param reason one line that explains the phase; {@code ""} when there is nothing to say
 * @param engine the engine that runs it: {@code wasmtime} or {@code endive}
 * @param triggers its public routes
 * @param versions newest first, at most {@value WasmApps#MAX_VERSIONS}
 */
public record AppState(
        WorkloadRef workload,
        Phase phase,
        boolean idle,
        String reason,
        String engine,
        List<Trigger> triggers,
        AppLimits limits,
        List<AppVersion> versions) {

    /** Whether an app takes requests. */
    public enum Phase {
        SERVING,
        STOPPED,
        /** It has no version that ever served. */
        FAILED
    }

    /** A route and the executor behind it. */
    public record Trigger(String kind, String route, String executor, String component) {}

    public AppState {
        triggers = List.copyOf(triggers);
        versions = List.copyOf(versions);
    }

    /** The version that takes requests. */
    public Optional<AppVersion> serving() {
        return versions.stream()
                .filter(version -> version.state() == AppVersion.State.SERVING)
                .findFirst();
    }

    /** Those that can be served again, newest first: what they are made of is kept, and is not what serves. */
    public List<AppVersion> earlier() {
        VersionParts now = serving().map(AppVersion::parts).orElse(null);
        return versions.stream()
                .filter(version -> version.parts() != null && !version.parts().equals(now))
                .toList();
    }
}
