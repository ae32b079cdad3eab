package dev.polder.app.bridge;

import dev.polder.wasm.service.BuiltApp;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What {@code wasm:build} made in a task, for {@code wasm:deploy} in the same task; the last few tasks only. */
final class RecentBuilds {

    private static final int KEPT = 16;

    private final Map<String, BuiltApp> builds = new LinkedHashMap<>();

    synchronized void keep(String taskId, BuiltApp built) {
        builds.put(taskId, built);
        if (builds.size() > KEPT) {
            builds.remove(builds.keySet().iterator().next());
        }
    }

    synchronized Optional<BuiltApp> take(String taskId) {
        return Optional.ofNullable(builds.remove(taskId));
    }
}
