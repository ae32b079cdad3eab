package dev.polder.wasm.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the compilers of the languages on the search path. Detection runs a few short programs (about a
 * second) and blocks; its answer is kept for half a minute. Safe for any thread.
 */
public final class Toolchains {

    /** What Rust builds for: commands by the first, components by the second. */
    public static final List<String> RUST_TARGETS = List.of("wasm32-wasip1", "wasm32-wasip2");

    private static final Duration KEPT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int OLDEST_NODE = 20;
    private static final int OLDEST_GO_MINOR = 24;
    private static final int OLDEST_PYTHON_MINOR = 10;
    private static final int OLDEST_JAVA = 17;
    private static final Pattern NODE = Pattern.compile("v(\\d{1,4})\\.\\d+\\.\\d+.*");
    private static final Pattern GO = Pattern.compile("go version go((\\d{1,3})\\.(\\d{1,4})\\S*).*");
    private static final Pattern PYTHON = Pattern.compile("Python (3\\.(\\d{1,4})\\.\\S+).*");
    private static final Pattern JAVAC = Pattern.compile("javac ((\\d{1,4})\\S*).*");
    private static final Pattern CLANG = Pattern.compile(".*clang version (\\d+\\S*).*");
    private static final Pattern CARGO = Pattern.compile("cargo (\\d+\\.\\d+\\.\\d+\\S*).*");

    /** A command's program by name, after the variables that it sets. */
    private static final Pattern PROGRAM = Pattern.compile(
            "(?:[A-Za-z_]\\w{0,100}=\\S{0,500}\\s{1,10}){0,20}([A-Za-z][\\w.+-]{0,100})(?:\\s.*)?", Pattern.DOTALL);

    private record Found(List<Toolchain> toolchains, long atNanos) {}

    private final Map<String, String> environment;
    private final Path javaHome;
    private volatile @Nullable Found kept;

    /** Looks in the search path of this process. */
    public Toolchains() {
        this(BuildEnvironment.inherited(System.getenv()), Path.of(System.getProperty("java.home")));
    }

    Toolchains(Map<String, String> environment, Path javaHome) {
        this.environment = Map.copyOf(environment);
        this.javaHome = javaHome;
    }

    /** Every language but {@link Language#OTHER}, in the order of the enum. */
    public synchronized List<Toolchain> detect() {
        Found last = kept;
        if (last != null && System.nanoTime() - last.atNanos() < KEPT.toNanos()) {
            return last.toolchains();
        }
        List<Toolchain> found = List.of(
                node(Language.ASSEMBLYSCRIPT),
                c(),
                go(),
                java(),
                node(Language.JAVASCRIPT),
                python(),
                rust(),
                node(Language.TYPESCRIPT));
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

    private Toolchain node(Language language) {
        Path node = program("node");
        if (node == null) {
            return Toolchain.missing(language, null, null, "Node.js is missing: install Node.js 20 or newer with npm");
        }
        String version = firstLine("node", "--version");
        Matcher matcher = NODE.matcher(version);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
            return Toolchain.missing(
                    language, version, node, "Node.js is \"" + version + "\": install Node.js 20 or newer");
        }
        if (program("npm") == null) {
            return Toolchain.missing(language, version, node, "npm is missing beside Node.js: install npm");
        }
        return Toolchain.found(language, "Node.js " + version.substring(1), node);
    }

    /** Links a program, as the only way to see that the linker and both libraries are there. */
    private Toolchain c() {
        Path clang = program("clang");
        if (clang == null) {
            return Toolchain.missing(
                    Language.C,
                    null,
                    null,
                    "clang is missing: install make, clang, lld, wasi-libc and libclang-rt-dev-wasm32");
        }
        Matcher matcher = CLANG.matcher(firstLine("clang", "--version"));
        String version = matcher.matches() ? "clang " + matcher.group(1) : "clang";
        if (program("make") == null) {
            return Toolchain.missing(Language.C, version, clang, "make is missing: install make");
        }
        String linked = firstLine(
                "sh",
                "-c",
                "echo 'int main(void) { return 0; }' | clang --target=wasm32-wasi -x c - -o /dev/null && echo linked");
        if (!linked.equals("linked")) {
            return Toolchain.missing(
                    Language.C,
                    version,
                    clang,
                    "clang cannot link for wasm32-wasi: install lld, wasi-libc and libclang-rt-dev-wasm32, or a WASI SDK");
        }
        return Toolchain.found(Language.C, version, clang);
    }

    private Toolchain go() {
        Path go = program("go");
        if (go == null) {
            return Toolchain.missing(Language.GO, null, null, "Go is missing: install Go 1.24 or newer");
        }
        String line = firstLine("go", "version");
        Matcher matcher = GO.matcher(line);
        if (!matcher.matches()) {
            return Toolchain.missing(
                    Language.GO, null, go, "\"go version\" said \"" + line + "\": install Go 1.24 or newer");
        }
        int major = Integer.parseInt(matcher.group(2));
        int minor = Integer.parseInt(matcher.group(3));
        if (major == 1 && minor < OLDEST_GO_MINOR) {
            return Toolchain.missing(
                    Language.GO,
                    matcher.group(1),
                    go,
                    "Go is " + matcher.group(1)
                            + ", which cannot export functions of wasip1 modules: install Go 1.24 or newer");
        }
        return Toolchain.found(Language.GO, matcher.group(1), go);
    }

    private Toolchain java() {
        Path maven = program("mvn");
        Path own = ownJavac();
        boolean jdk = own != null || program("javac") != null;
        if (maven == null) {
            return Toolchain.missing(
                    Language.JAVA,
                    null,
                    null,
                    jdk
                            ? "Maven is missing: install Maven 3.6.3 or newer (Debian's package is maven)"
                            : "Maven and javac are missing: install Maven 3.6.3 or newer and a JDK of version 17 or newer");
        }
        String javac = own == null ? "javac" : own.toString();
        if (!jdk) {
            return Toolchain.missing(
                    Language.JAVA, null, maven, "javac is missing: install a JDK of version 17 or newer");
        }
        String line = firstLine(javac, "-version");
        Matcher matcher = JAVAC.matcher(line);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) < OLDEST_JAVA) {
            return Toolchain.missing(
                    Language.JAVA,
                    null,
                    maven,
                    "\"javac -version\" said \"" + line + "\": install a JDK of version 17 or newer");
        }
        return Toolchain.found(Language.JAVA, "JDK " + matcher.group(1) + " with Maven", maven);
    }

    /** The compiler of the JDK that Polder itself runs on; null when Polder runs on a runtime without one. */
    @Nullable
    Path ownJavac() {
        Path javac = javaHome.resolve("bin/javac");
        return Files.isExecutable(javac) ? javac : null;
    }

    /** So that Maven runs on that JDK, whatever else is on the search path, and without its warnings of Maven's libraries. */
    Map<String, String> withJdk(Map<String, String> variables) {
        Map<String, String> with = new TreeMap<>(variables);
        if (ownJavac() != null) {
            with.put("JAVA_HOME", javaHome.toString());
            with.put("MAVEN_OPTS", "--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED");
        }
        return with;
    }

    private Toolchain python() {
        Path python = program("python3");
        if (python == null) {
            return Toolchain.missing(
                    Language.PYTHON, null, null, "Python is missing: install Python 3.10 or newer with pip");
        }
        String line = firstLine("python3", "--version");
        Matcher matcher = PYTHON.matcher(line);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) < OLDEST_PYTHON_MINOR) {
            return Toolchain.missing(
                    Language.PYTHON,
                    null,
                    python,
                    "\"python3 --version\" said \"" + line + "\": install Python 3.10 or newer with pip");
        }
        if (!firstLine("python3", "-m", "pip", "--version").startsWith("pip ")) {
            return Toolchain.missing(
                    Language.PYTHON,
                    matcher.group(1),
                    python,
                    "pip is missing beside Python: install pip (Debian's package is python3-pip)");
        }
        return Toolchain.found(Language.PYTHON, matcher.group(1), python);
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
        if (RUST_TARGETS.stream().noneMatch(this::hasRustTarget) && program("rustup") == null) {
            return Toolchain.missing(
                    Language.RUST,
                    version,
                    cargo,
                    "Rust's targets " + String.join(" and ", RUST_TARGETS)
                            + " are missing, and rustup is not there to add them: install rustup, or"
                            + " your distribution's package of one of them");
        }
        return Toolchain.found(Language.RUST, version, cargo);
    }

    /** The program that makes components of modules: on the search path, or in the toolchain of Rust. */
    public Optional<Path> componentWrapper() {
        Path onPath = program(UnwrappedModule.WRAPPER);
        if (onPath != null || program("rustc") == null) {
            return Optional.ofNullable(onPath);
        }
        String libraries = firstLine("rustc", "--print=target-libdir"); // ROOT/lib/rustlib/HOST/lib
        Path beside = libraries.startsWith("/") ? Path.of(libraries).resolveSibling("bin") : null;
        Path own = beside == null ? null : beside.resolve(UnwrappedModule.WRAPPER);
        return own != null && Files.isExecutable(own) ? Optional.of(own) : Optional.empty();
    }

    /**
     * The programs with which the commands of a build begin and which are not there: none of the shell's own, and none on the
     * search path. What packages bring that the folder names is not known before they are installed, and not told.
     *
     * @param workdir of the build
     */
    public List<String> missingPrograms(Path workdir, List<String> commands) {
        if (Files.isRegularFile(workdir.resolve(PythonPackages.FILE))) {
            return List.of();
        }
        List<String> missing = new ArrayList<>();
        for (String command : commands) {
            Matcher matcher = PROGRAM.matcher(command);
            if (matcher.matches()
                    && firstLine("sh", "-c", "command -v -- \"$1\"", "sh", matcher.group(1))
                            .isEmpty()) {
                missing.add(matcher.group(1));
            }
        }
        return missing;
    }

    /** Whether Rust's standard library for a target is installed. */
    public boolean hasRustTarget(String target) {
        String libraries = firstLine("rustc", "--print=target-libdir", "--target", target);
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
