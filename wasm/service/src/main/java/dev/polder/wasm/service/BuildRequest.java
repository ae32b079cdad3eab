package dev.polder.wasm.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One build.
 *
 * @param sourceDir the checked-out source folder, with {@code spin.toml} in it; the build writes into it
 * @param wallTime for all commands together
 * @param output gets every line as it comes, on other threads than the caller's, one at a time
 * @param cancelled asked about twenty times a second; true ends the build
 */
public record BuildRequest(Path sourceDir, Duration wallTime, Consumer<String> output, BooleanSupplier cancelled) {

    /** What a build may take when nobody says. */
    public static final Duration DEFAULT_WALL_TIME = Duration.ofMinutes(10);

    /** A build with the default time that nobody cancels. */
    public static BuildRequest of(Path sourceDir, Consumer<String> output) {
        return new BuildRequest(sourceDir, DEFAULT_WALL_TIME, output, () -> false);
    }
}
