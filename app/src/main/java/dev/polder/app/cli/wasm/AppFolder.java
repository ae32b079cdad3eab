package dev.polder.app.cli.wasm;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.RegistryOptions;
import dev.polder.wasm.service.AppBuilder;
import dev.polder.wasm.service.BuildRequest;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.RemoteSources;
import dev.polder.wasm.service.SpinManifest;
import dev.polder.wasm.service.Toolchains;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which app a command is about, and how it is built on this machine. */
public final class AppFolder {

    /** On one's own machine the manifest's build commands run as oneself: its sources may come from anywhere. */
    private static final List<String> EVERYWHERE = List.of("0.0.0.0/0", "::/0");

    private static final long MAX_CACHE_BYTES = 2L << 30;

    @Option(
            names = {"-f", "--from", "--file", "--from-file"},
            paramLabel = "PATH",
            defaultValue = ".",
            description = "The app: a folder with a spin.toml, or that file (default: this folder).")
    private Path from = Path.of(".");

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "The build profile of the manifest (default: none, as [component.ID.build] says).")
    private @Nullable String profile;

    /** The folder of the manifest. */
    Path folder() {
        return folder(from);
    }

    /** The folder of the manifest that a person named, by either. */
    static Path folder(Path from) {
        Path path = from.toAbsolutePath().normalize();
        if (Files.isRegularFile(path) && path.endsWith(SpinManifest.FILE_NAME)) {
            return Objects.requireNonNull(path.getParent());
        }
        if (!Files.isRegularFile(path.resolve(SpinManifest.FILE_NAME))) {
            throw Problem.invalid(from + ": no app (expected: a folder with " + SpinManifest.FILE_NAME
                    + ", or -f with its path; 'polder wasm deploy' takes one of a registry)");
        }
        return path;
    }

    /** The manifest as it is now. */
    SpinManifest manifest() {
        Path file = folder().resolve(SpinManifest.FILE_NAME);
        try {
            SpinManifest spin = SpinManifest.parse(file.toString(), Files.readString(file), true);
            return profile == null ? spin : spin.withProfile(profile);
        } catch (IOException e) {
            throw Problem.unavailable(file + " cannot be read: " + e, e);
        }
    }

    /**
     * Builds the app here, or takes it as it is.
     *
     * @param commands whether the build commands run
     */
    BuiltApp built(boolean commands, PrintWriter out) {
        try (RemoteSources sources = sources()) {
            AppBuilder builder = new AppBuilder(new Toolchains(), cache().resolve("build"), sources);
            return commands ? builder.build(request(out)) : builder.collect(request(out));
        }
    }

    /** Builds some of its components here. */
    List<BuiltApp.Component> built(List<String> components, PrintWriter out) {
        try (RemoteSources sources = sources()) {
            return new AppBuilder(new Toolchains(), cache().resolve("build"), sources).build(request(out), components);
        }
    }

    private BuildRequest request(PrintWriter out) {
        return new BuildRequest(folder(), BuildRequest.DEFAULT_WALL_TIME, lines(out), () -> false, profile, true);
    }

    private static RemoteSources sources() {
        return new RemoteSources(blobs(), new RemoteSources.Settings(EVERYWHERE, null, RegistryOptions.DEFAULT));
    }

    /** Where files by digest are kept between commands. */
    static BlobStore blobs() {
        return blobs(cache().resolve("blobs"), MAX_CACHE_BYTES);
    }

    /**
     * A cache in a folder: what was not used for a month is deleted first, and when the rest is more than so many bytes,
     * all that was not used for a day.
     */
    static BlobStore blobs(Path folder, long maxBytes) {
        BlobStore blobs = BlobStore.in(folder);
        if (blobs.collect(Set::of, Duration.ofDays(30), false).bytesLeft() > maxBytes) {
            var _ = blobs.collect(Set::of, Duration.ofDays(1), false);
        }
        return blobs;
    }

    static Path cache() {
        String base = System.getenv("XDG_CACHE_HOME");
        Path folder =
                base == null || base.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(base);
        Path cache = folder.resolve("polder");
        try {
            Files.createDirectories(cache);
        } catch (IOException e) {
            throw Problem.unavailable(cache + " cannot be made: " + e, e);
        }
        return cache;
    }

    /** Prints each line at once. */
    static Consumer<String> lines(PrintWriter out) {
        return line -> {
            out.println(line);
            out.flush();
        };
    }
}
