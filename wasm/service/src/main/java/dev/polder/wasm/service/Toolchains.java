package dev.polder.wasm.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the compilers of the three languages on the search path. Detection runs a few short programs (well under a
 * second) and blocks; its answer is kept for half a minute. Safe for any thread.
 */
public final class Toolchains {

    /** The target that Rust builds for. */
    public static final String RUST_TARGET = "wasm32-wasip1";

    private static final Duration KEPT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int OLDEST_NODE = 20;
    private static final int OLDEST_GO_MINOR = 21;
    private static final Pattern NODE = Pattern.compile("v(\\d{1,4})\\.\\d+\\.\\d+.*");
    private static final Pattern GO = Pattern.compile("go version go((\\d{1,3})\\.(\\d{1,4})\\S*).*");
    private static final Pattern CARGO = Pattern.compile("cargo (\\d+\\.\\d+\\.\\d+\\S*).*");

    private record Found(List<Toolchain> toolchains, long atNanos) {}

    private final Map<String, String> environment;
    private volatile @Nullable Found kept;

    /** Looks in the search path of this process. */
    public Toolchains() {
        this(BuildEnvironment.inherited(System.getenv()));
    }

    Toolchains(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** AssemblyScript, Go and Rust, in this order. */
    public synchronized List<Toolchain> detect() {
        Found last = kept;
        if (last != null && System.nanoTime() - last.atNanos() < KEPT.toNanos()) {
            return last.toolchains();
        }
        List<Toolchain> found = List.of(assemblyScript(), go(), rust());
        kept = new Found(found, System.nanoTime());
        return found;
    }

    /** One of them; empty for {@link Language#OTHER}. */
    public Optional<Toolchain> of(Language language) {
        return detect().stream()
                .filter(toolchain -> toolchain.language() == language)
                .findFirst();
    }

    /** Forgets what was found, after something was installed. */
    public void forget() {
        kept = null;
    }

    private Toolchain assemblyScript() {
        Path node = program("node");
        if (node == null) {
            return Toolchain.missing(
                    Language.ASSEMBLYSCRIPT, null, null, "Node.js is missing: install Node.js 20 or newer with npm");
        }
        String version = firstLine("node", "--version");
        Matcher matcher = NODE.matcher(version);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
            return Toolchain.missing(
                    Language.ASSEMBLYSCRIPT,
                    version,
                    node,
                    "Node.js is \"" + version + "\": install Node.js 20 or newer");
        }
        if (program("npm") == null) {
            return Toolchain.missing(
                    Language.ASSEMBLYSCRIPT, version, node, "npm is missing beside Node.js: install npm");
        }
        return Toolchain.found(Language.ASSEMBLYSCRIPT, "Node.js " + version.substring(1), node);
    }

    private Toolchain go() {
        Path go = program("go");
        if (go == null) {
            return Toolchain.missing(Language.GO, null, null, "Go is missing: install Go 1.21 or newer");
        }
        String line = firstLine("go", "version");
        Matcher matcher = GO.matcher(line);
        if (!matcher.matches()) {
            return Toolchain.missing(
                    Language.GO, null, go, "\"go version\" said \"" + line + "\": install Go 1.21 or newer");
        }
        int major = Integer.parseInt(matcher.group(2));
        int minor = Integer.parseInt(matcher.group(3));
        if (major == 1 && minor < OLDEST_GO_MINOR) {
            return Toolchain.missing(
                    Language.GO,
                    matcher.group(1),
                    go,
                    "Go is " + matcher.group(1) + ", which cannot build for wasip1: install Go 1.21 or newer");
        }
        return Toolchain.found(Language.GO, matcher.group(1), go);
    }

    private Toolchain rust() {
        Path cargo = program("cargo");
        if (cargo == null) {
            return Toolchain.missing(
                    Language.RUST, null, null, "Rust is missing: install it with rustup, which brings Cargo");
        }
        String line = firstLine("cargo", "--version");
        Matcher matcher = CARGO.matcher(line);
        String version = matcher.matches() ? matcher.group(1) : line;
        if (!hasRustTarget() && program("rustup") == null) {
            return Toolchain.missing(
                    Language.RUST,
                    version,
                    cargo,
                    "Rust's target " + RUST_TARGET
                            + " is missing, and rustup is not there to add it: install rustup, or"
                            + " your distribution's package of that target");
        }
        return Toolchain.found(Language.RUST, version, cargo);
    }

    /** Whether Rust's standard library for {@link #RUST_TARGET} is installed. */
    boolean hasRustTarget() {
        String libraries = firstLine("rustc", "--print=target-libdir", "--target", RUST_TARGET);
        return libraries.startsWith("/") && Files.isDirectory(Path.of(libraries));
    }

    @Nullable
    Path program(String name) {
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate.toAbsolutePath();
            }
        }
        return null;
    }

    private String firstLine(String... command) {
        List<String> lines = new ArrayList<>();
        BuildProcess.Result result =
                BuildProcess.run(List.of(command), Path.of("/"), environment, PATIENCE, lines::add, () -> false);
        return result instanceof BuildProcess.Exited && !lines.isEmpty() ? lines.getFirst() : "";
    }
}
