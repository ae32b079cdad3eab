package dev.polder.wasm.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One build.
 *
 * @param sourceDir the checked-out source folder, with {@code spin.toml} in it; the build writes into it
 * @param wallTime for all commands together
 * @param output gets every line as it comes, on other threads than the caller's, one at a time
 * @param cancelled asked about twenty times a second; true ends the build
 * @param profile the build profile of the manifest that is built, or null: then it is what the manifest says for pushed
 *     repositories, unless {@code anywhere}
 * @param anywhere whether the manifest's paths may lead out of the folder: only for whoever owns the machine's files
 */
public record BuildRequest(
        Path sourceDir,
        Duration wallTime,
        Consumer<String> output,
        BooleanSupplier cancelled,
        @Nullable String profile,
        boolean anywhere) {

    /** What a build may take when nobody says. */
    public static final Duration DEFAULT_WALL_TIME = Duration.ofMinutes(10);

    /** A build of a stranger's folder, by the profile that its manifest says, if it does. */
    public BuildRequest(Path sourceDir, Duration wallTime, Consumer<String> output, BooleanSupplier cancelled) {
        this(sourceDir, wallTime, output, cancelled, null, false);
    }

    /** A build with the default time that nobody cancels. */
    public static BuildRequest of(Path sourceDir, Consumer<String> output) {
        return new BuildRequest(sourceDir, DEFAULT_WALL_TIME, output, () -> false);
    }
}
