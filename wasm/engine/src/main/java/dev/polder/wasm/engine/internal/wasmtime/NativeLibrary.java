package dev.polder.wasm.engine.internal.wasmtime;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.internal.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where Wasmtime's library is, and whether it is the one that was pinned.
 *
 * <p>In this order: the file named by the environment variable {@code POLDER_WASMTIME}, loaded as it is; the file named
 * by {@code POLDER_WASMTIME_LIBRARY}; the cache folder that {@code fetch-wasmtime} fills. The last two must have the SHA-256
 * of {@code wasmtime.pins}.
 *
 * @param path the library
 * @param version the version of the pins, or {@code custom} for a file of the user's own
 */
public record NativeLibrary(Path path, String version) {

    /** Names a library of the user's own. */
    public static final String VARIABLE = "POLDER_WASMTIME";

    /** Names the library that the launcher fetched, which may be in a cache folder of the user's choice. */
    public static final String FETCHED = "POLDER_WASMTIME_LIBRARY";

    private static final String PINS = "wasmtime.pins";

    private record Pin(String version, String file, String sha256) {}

    /**
     * Finds the library.
     *
     * @param environment the process's environment
     * @throws Problem NOT_FOUND with the reason when there is none, INVALID when it is not the pinned one
     */
    public static NativeLibrary find(Map<String, String> environment) {
        String own = environment.get(VARIABLE);
        if (own != null && !own.isEmpty()) {
            Path path = Path.of(own).toAbsolutePath();
            if (!Files.isRegularFile(path)) {
                throw Problem.notFound(VARIABLE + ": no file " + path);
            }
            return new NativeLibrary(path, "custom");
        }
        Pin pin = pin().orElseThrow(() -> Problem.notFound("there is no Wasmtime library for " + Machine.platform()));
        String fetched = environment.get(FETCHED);
        Path path =
                fetched != null && !fetched.isEmpty() ? Path.of(fetched).toAbsolutePath() : cached(environment, pin);
        if (!Files.isRegularFile(path)) {
            throw Problem.notFound("no Wasmtime library at " + path + " (wasm/engine/fetch-wasmtime brings it)");
        }
        verify(path, pin.sha256());
        return new NativeLibrary(path, pin.version());
    }

    private static Path cached(Map<String, String> environment, Pin pin) {
        String cache = environment.get("XDG_CACHE_HOME");
        Path base =
                cache != null && !cache.isEmpty() ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve(Path.of("polder", "wasmtime", pin.version(), Machine.platform(), pin.file()))
                .toAbsolutePath();
    }

    static void verify(Path path, String sha256) {
        try {
            String found = Digest.of(path).hex();
            if (!found.equals(sha256)) {
                throw Problem.invalid("Wasmtime library " + path + ": SHA-256 " + found + " (expected: " + sha256
                        + "; delete it to fetch it again, or name it in " + VARIABLE + " to use it all the same)");
            }
        } catch (IOException e) {
            throw Problem.unavailable("cannot read the Wasmtime library " + path + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Pin> pin() {
        try (InputStream in = NativeLibrary.class.getResourceAsStream(PINS)) {
            if (in == null) {
                throw Problem.internal("the table " + PINS + " is missing from the program", null);
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            String version = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.trim().split("\\s+");
                if (words.length == 3 && words[0].equals("#") && words[1].equals("version")) {
                    version = words[2];
                } else if (words.length == 6 && words[0].equals(Machine.platform())) {
                    String inWheel = words[4];
                    return Optional.of(new Pin(version, inWheel.substring(inWheel.lastIndexOf('/') + 1), words[5]));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw Problem.internal("cannot read the table " + PINS, e);
        }
    }
}
