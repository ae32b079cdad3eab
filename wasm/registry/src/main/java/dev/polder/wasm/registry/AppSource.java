package dev.polder.wasm.registry;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What to push. */
public sealed interface AppSource {

    /**
     * A Spin app.
     *
     * @param app contents are {@code file:} URIs ({@link LockedApp.Content#of(Path)}) or inline; a mount whose content
     *     is a folder stands for everything below it, and its path, which may be {@code /}, for the folder in the guest
     */
    record Spin(LockedApp app) implements AppSource {}

    /**
     * One module or component.
     *
     * @param author written to the config, or null
     * @param target the world that the component was built for, or null
     * @param created written to the config; the same file at the same time gives the same digest
     */
    record Component(
            Path wasm, @Nullable String author, @Nullable String target, Instant created) implements AppSource {}

    static AppSource component(Path wasm) {
        return new Component(wasm, null, null, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }
}
