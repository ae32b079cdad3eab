package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds a source folder: runs the build command of every component of its {@code spin.toml} and collects the wasm
 * files.
 *
 * <p>Commands run by {@code sh -c} as the user that Polder runs as, with a cleaned environment and shared caches, in a
 * process group that ends with the build. They are not confined otherwise: who may push may run programs here. Blocking;
 * safe for any thread; two builds run at a time, the others wait.
 */
public final class AppBuilder {

    private static final int MAX_WASM_BYTES = RemoteSources.MAX_WASM_BYTES;
    private static final int MAX_MANIFEST_BYTES = 1 << 20;
    private static final int LAST_WORDS = 40;
    private static final int AT_ONCE = 2;

    /** What a shell ends with that does not find a program. */
    private static final int NOT_FOUND = 127;

    private final Toolchains toolchains;
    private final Map<String, String> environment;
    private final NodeModules nodeModules;
    private final PythonPackages pythonPackages;
    private final Path wrapping;
    private final RemoteSources sources;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    /**
     * @param cacheDir where package and compiler caches are kept, shared by all builds; made when it is not there
     * @param sources brings what is not in the folder; stays the caller's
     */
    public AppBuilder(Toolchains toolchains, Path cacheDir, RemoteSources sources) {
        this.toolchains = toolchains;
        this.sources = sources;
        Path caches = cacheDir.toAbsolutePath();
        this.environment = BuildEnvironment.withCaches(BuildEnvironment.inherited(System.getenv()), caches);
        this.nodeModules = new NodeModules(caches.resolve("node-modules"));
        this.pythonPackages = new PythonPackages(caches.resolve("python-packages"));
        this.wrapping = caches.resolve("wrapping");
    }

    /**
     * Builds an app.
     *
     * @throws Problem INVALID: the manifest, a command that failed (the guest's fault, with the compiler's last words), a
     *     file that is not there or is no wasm file; UNAVAILABLE: a toolchain is missing; DEADLINE; CANCELLED
     */
    public BuiltApp build(BuildRequest request) {
        try {
            return new Build(request, request.sourceDir().toRealPath()).run();
        } catch (IOException e) {
            throw Problem.internal("the build could not read or write its folder: " + e, e);
        }
    }

    /**
     * Builds some components of an app, and looks at no others.
     *
     * @param ids of components of the manifest
     * @return these, in the manifest's order
     * @throws Problem as {@link #build(BuildRequest)}; INVALID when one is not in the manifest
     */
    public List<BuiltApp.Component> build(BuildRequest request, Collection<String> ids) {
        try {
            return new Build(request, request.sourceDir().toRealPath()).run(ids);
        } catch (IOException e) {
            throw Problem.internal("the build could not read or write its folder: " + e, e);
        }
    }

    /**
     * Takes an app that is built: as {@link #build}, without running a command of its manifest.
     *
     * @throws Problem as {@link #build}
     */
    public BuiltApp collect(BuildRequest request) {
        try {
            return new Build(request, request.sourceDir().toRealPath()).collected();
        } catch (IOException e) {
            throw Problem.internal("the app could not be read from its folder: " + e, e);
        }
    }

    /** One build under way. */
    private final class Build {
        private final BuildRequest request;
        private final Path root;
        private final long endNanos;
        private final Set<Path> prepared = new HashSet<>();
        private final List<Path> links = new ArrayList<>();
        private final ArrayDeque<String> lastWords = new ArrayDeque<>();
        private @Nullable String profile;

        Build(BuildRequest request, Path root) {
            this.request = request;
            this.profile = request.profile();
            this.root = root;
            this.endNanos = System.nanoTime() + request.wallTime().toNanos();
        }

        BuiltApp run() throws IOException {
            SpinManifest spin = read(manifest());
            if (profile == null && !request.anywhere() && spin.profile() != null) {
                profile = spin.profile();
                say("profile " + profile);
            }
            runCommands(parsed(spin).components().values());
            return collected();
        }

        List<BuiltApp.Component> run(Collection<String> ids) throws IOException {
            Map<String, SpinManifest.Component> all = parsed(read(manifest())).components();
            for (String id : ids) {
                if (!all.containsKey(id)) {
                    throw Problem.invalid(
                            "component \"" + id + "\" (expected one of: " + String.join(", ", all.keySet()) + ")");
                }
            }
            List<SpinManifest.Component> some = all.values().stream()
                    .filter(component -> ids.contains(component.id()))
                    .toList();
            runCommands(some);
            List<BuiltApp.Component> built = new ArrayList<>();
            for (SpinManifest.Component component : some) {
                built.add(collect(component));
            }
            return built;
        }

        private SpinManifest read(String manifest) {
            return SpinManifest.parse(SpinManifest.FILE_NAME, manifest, request.anywhere());
        }

        private SpinManifest parsed(SpinManifest spin) {
            return profile == null ? spin : spin.withProfile(profile);
        }

        private String manifest() throws IOException {
            Path file = root.resolve(SpinManifest.FILE_NAME);
            if (!Files.isRegularFile(file)) {
                throw Problem.invalid(
                        SpinManifest.FILE_NAME + ": not there (expected: a manifest in the folder's root)");
            }
            if (Files.size(file) > MAX_MANIFEST_BYTES) {
                throw Problem.tooLarge(SpinManifest.FILE_NAME + ": " + Files.size(file) + " bytes (expected: at most "
                        + MAX_MANIFEST_BYTES + ")");
            }
            return Files.readString(file);
        }

        private void runCommands(Collection<SpinManifest.Component> components) throws IOException {
            takePlace();
            try {
                for (SpinManifest.Component component : components) {
                    SpinManifest.Build build = component.build();
                    if (build != null) {
                        build(component, build);
                    }
                }
            } finally {
                places.release();
                for (Path link : links) {
                    Files.deleteIfExists(link);
                }
            }
        }

        /** What the commands made, or what was there; the manifest is the one of now. */
        BuiltApp collected() throws IOException {
            String manifest = manifest();
            SpinManifest spin = parsed(read(manifest));
            List<BuiltApp.Component> built = new ArrayList<>();
            Map<String, Map<String, byte[]>> files = new LinkedHashMap<>();
            for (SpinManifest.Component component : spin.components().values()) {
                built.add(collect(component));
                component
                        .dependencies()
                        .forEach((name, dependency) -> built.add(dependency(spin, component, name, dependency)));
                files.put(component.id(), new MountedFiles(root, component, request.anywhere()).collect());
            }
            return new BuiltApp(spin, PortableManifest.of(manifest, profile), built, files, language(spin), root);
        }

        private void takePlace() {
            try {
                if (!places.tryAcquire()) {
                    say("waiting for other builds");
                    places.acquire();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw cancelled();
            }
        }

        private void build(SpinManifest.Component component, SpinManifest.Build build) throws IOException {
            Path workdir = confined(root.resolve(build.workdir()), "build.workdir of component " + component.id());
            Language language = Language.of(workdir);
            requireToolchain(language);
            prepare(workdir, language, build.commands());
            Map<String, String> of = environment(language, workdir);
            for (String command : build.commands()) {
                say("$ " + command);
                execute(workdir, List.of("/bin/sh", "-c", command), "component " + component.id() + ": " + command, of);
            }
        }

        /**
         * What a language's own programs look for, beyond what all builds have. Python's packages bring programs to other
         * languages too: wasm-tools, which makes a component of a module, is one.
         */
        private Map<String, String> environment(Language language, Path workdir) throws IOException {
            Map<String, String> of = language == Language.JAVA ? toolchains.withJdk(environment) : environment;
            if (Files.isRegularFile(workdir.resolve(PythonPackages.FILE))) {
                requireToolchain(Language.PYTHON);
            }
            return pythonPackages.install(workdir, of, command -> {
                say("$ " + String.join(" ", command));
                execute(workdir, command, "the packages could not be installed", environment);
            });
        }

        private void requireToolchain(Language language) {
            Optional<Toolchain> toolchain = toolchains.of(language);
            if (toolchain.isPresent() && !toolchain.get().found()) {
                throw new Problem(
                        Problem.Code.UNAVAILABLE,
                        Problem.WhoFailed.POLDER,
                        false,
                        language.title() + " cannot be built here: "
                                + toolchain.get().missing(),
                        null,
                        null);
            }
        }

        private void prepare(Path workdir, Language language, List<String> commands) throws IOException {
            if (!prepared.add(workdir)) {
                return;
            }
            if (Files.isRegularFile(workdir.resolve("package.json"))
                    && !Files.exists(workdir.resolve("node_modules"))) {
                nodeModules
                        .install(workdir, (folder, command) -> {
                            say("$ " + String.join(" ", command));
                            execute(folder, command, "the packages could not be installed", environment);
                        })
                        .ifPresent(links::add);
            }
            if (language != Language.RUST) {
                return;
            }
            for (String target : Toolchains.RUST_TARGETS) {
                if (commands.stream().anyMatch(command -> command.contains(target))
                        && !toolchains.hasRustTarget(target)) {
                    requireRustup(target);
                    say("adding Rust's target " + target + " with rustup");
                    execute(
                            workdir,
                            List.of("rustup", "target", "add", target),
                            "rustup could not add the target " + target,
                            environment);
                }
            }
        }

        private void requireRustup(String target) {
            if (toolchains.program("rustup") == null) {
                throw new Problem(
                        Problem.Code.UNAVAILABLE,
                        Problem.WhoFailed.POLDER,
                        false,
                        "Rust's target " + target + " is missing, and rustup is not there to add it",
                        null,
                        null);
            }
        }

        private void execute(Path folder, List<String> command, String what, Map<String, String> variables) {
            lastWords.clear();
            Duration left = Duration.ofNanos(Math.max(1, endNanos - System.nanoTime()));
            BuildProcess.Result result =
                    BuildProcess.run(command, folder, variables, left, this::heard, request.cancelled());
            switch (result) {
                case BuildProcess.Exited(int code) when code == 0 -> {}
                case BuildProcess.Exited(int code) ->
                    throw Problem.guest(
                            Problem.Code.INVALID,
                            what + " ended with exit code " + code
                                    + (code == NOT_FOUND
                                            ? " (expected: the program that it starts, installed here)"
                                            : "")
                                    + words(),
                            null);
                case BuildProcess.TimedOut() ->
                    throw Problem.guest(
                            Problem.Code.DEADLINE,
                            what + " did not end in time (expected: the whole build within "
                                    + request.wallTime().toSeconds() + " s)" + words(),
                            null);
                case BuildProcess.Cancelled() -> throw cancelled();
                case BuildProcess.NotStarted(String why) ->
                    throw new Problem(
                            Problem.Code.UNAVAILABLE,
                            Problem.WhoFailed.POLDER,
                            false,
                            what + " could not be started: " + why,
                            null,
                            null);
            }
        }

        private BuiltApp.Component collect(SpinManifest.Component component) throws IOException {
            byte[] wasm = switch (component.source()) {
                case SpinManifest.Source.Local(String path) -> local(component, path);
                case SpinManifest.Source.Remote(String url, String digest) ->
                    at(component, () -> sources.url(url, Digest.parse(digest), this::say));
                case SpinManifest.Source.Registry(var host, String name, String version) ->
                    at(component, () -> sources.registryPackage(host, name, version, this::say));
            };
            String what = "component " + component.id() + ": " + Inventories.source(component.source());
            return BuiltApp.Component.of(component.id(), wrapped(what, wasm));
        }

        /**
         * The file itself, or the component of a module that was compiled to be one.
         *
         * @throws Problem when it is neither a module nor a component
         */
        private byte[] wrapped(String what, byte[] wasm) throws IOException {
            if (WasmHeader.isComponent(what, wasm)) {
                return wasm;
            }
            UnwrappedModule module = UnwrappedModule.of(wasm).orElse(null);
            if (module == null) {
                return wasm;
            }
            Path wrapper = toolchains.componentWrapper().orElse(null);
            if (wrapper == null) {
                say(what + ": a core module that was compiled to be a component; it is left as it is, since "
                        + UnwrappedModule.WRAPPER + " is not there (expected: a Rust toolchain of 1.82 or newer on this"
                        + " machine, or a component, such as Rust's target wasm32-wasip2 makes)");
                return wasm;
            }
            Files.createDirectories(wrapping);
            Path folder = Files.createTempDirectory(wrapping, "module-");
            try {
                say(what + ": a core module, made a component by " + UnwrappedModule.WRAPPER);
                return module.wrap(wasm, wrapper, folder, (command, more) -> {
                    Map<String, String> variables = new TreeMap<>(environment);
                    variables.putAll(more);
                    execute(folder, command, what + ": " + UnwrappedModule.WRAPPER, variables);
                });
            } finally {
                NodeModules.delete(folder);
            }
        }

        private BuiltApp.Component dependency(
                SpinManifest spin, SpinManifest.Component component, String name, SpinDependency dependency) {
            String what = "dependency " + name + " of component " + component.id();
            try {
                byte[] taken = switch (dependency.from()) {
                    case SpinDependency.Local(String path) -> file(path, what);
                    case SpinDependency.Remote(String url, String digest) ->
                        sources.url(url, Digest.parse(digest), this::say);
                    case SpinDependency.RegistryPackage(String version, var host, var packageName) ->
                        sources.registryPackage(
                                host, packageName == null ? name.split("[/@]")[0] : packageName, version, this::say);
                    case SpinDependency.AppComponent(String id) ->
                        collect(Objects.requireNonNull(spin.components().get(id)))
                                .wasm();
                };
                byte[] wasm = wrapped(what, taken);
                if (!WasmHeader.isComponent(what, wasm)) {
                    throw Problem.guest(Problem.Code.INVALID, what + ": a core module (expected: a component)", null);
                }
                return BuiltApp.Component.of(Dependencies.id(component.id(), name), wasm);
            } catch (IOException e) {
                throw Problem.unavailable(what + " cannot be read: " + e, e);
            } catch (Problem problem) {
                throw problem.at(component.where().field("component." + component.id() + ".dependencies"));
            }
        }

        private byte[] file(String source, String what) throws IOException {
            Path real = confined(root.resolve(source).normalize(), what);
            long size = Files.size(real);
            if (size > MAX_WASM_BYTES) {
                throw Problem.tooLarge(source + ": " + size + " bytes (expected: at most " + MAX_WASM_BYTES + ")");
            }
            return Files.readAllBytes(real);
        }

        /** Says where in the manifest a source is named that could not be fetched. */
        private byte[] at(SpinManifest.Component component, Supplier<byte[]> fetch) {
            try {
                return fetch.get();
            } catch (Problem problem) {
                throw problem.at(component.where().field("component." + component.id() + ".source"));
            }
        }

        private byte[] local(SpinManifest.Component component, String source) throws IOException {
            Path path = root.resolve(source).normalize();
            if (!Files.isRegularFile(path)) {
                throw Problem.guest(
                                Problem.Code.INVALID,
                                "source: \"" + source + "\" is not there"
                                        + (component.build() == null
                                                ? " (expected: a file, or a build command that makes it)"
                                                : " after the build (expected: the file that build.command makes)"),
                                null)
                        .at(component.where().field("component." + component.id() + ".source"));
            }
            return file(source, "source of component " + component.id());
        }

        /** Refuses what leaves the source folder, by links too. */
        private Path confined(Path path, String what) throws IOException {
            if (!Files.exists(path)) {
                throw Problem.invalid(what + ": \"" + root.relativize(path.normalize()) + "\" is not there");
            }
            Path real = path.toRealPath();
            if (!request.anywhere() && !real.startsWith(root)) {
                throw Problem.invalid(what + ": leads out of the source folder (expected: a path inside it)");
            }
            return real;
        }

        private Language language(SpinManifest spin) {
            for (SpinManifest.Component component : spin.components().values()) {
                SpinManifest.Build build = component.build();
                Language language = Language.of(build == null ? root : root.resolve(build.workdir()));
                if (language != Language.OTHER) {
                    return language;
                }
            }
            return Language.OTHER;
        }

        private synchronized void heard(String line) {
            if (lastWords.size() == LAST_WORDS) {
                lastWords.removeFirst();
            }
            lastWords.addLast(line);
            request.output().accept(line);
        }

        private void say(String line) {
            request.output().accept(line);
        }

        private synchronized String words() {
            return lastWords.isEmpty() ? "" : "; its last words:\n" + String.join("\n", lastWords);
        }

        private Problem cancelled() {
            return new Problem(
                    Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, false, "the build was cancelled", null, null);
        }
    }
}
