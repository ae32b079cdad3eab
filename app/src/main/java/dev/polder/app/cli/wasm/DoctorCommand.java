package dev.polder.app.cli.wasm;

import dev.polder.app.About;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.YamlReader;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.service.Language;
import dev.polder.wasm.service.SpinManifest;
import dev.polder.wasm.service.Toolchain;
import dev.polder.wasm.service.Toolchains;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polder wasm doctor}: what builds and runs here, and what keeps the rest from it. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Say which engine runs, which toolchains and templates work here, and what is wrong with the app in a folder.",
            "",
            "Ends with 1 when the app has a mistake, or needs a toolchain that is missing."
        })
public final class DoctorCommand implements Callable<Integer> {

    @Option(
            names = {"-f", "--from", "--file"},
            paramLabel = "PATH",
            description =
                    "The app to look at: a folder with a spin.toml, or that file (default: this folder, if it has one).")
    private @Nullable Path from;

    @Option(
            names = "--engine",
            defaultValue = "${env:POLDER_WASM_ENGINE:-auto}",
            description = "auto, wasmtime or endive (default: ${DEFAULT-VALUE}).")
    private String engine = "auto";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Engines.Opened opened =
                Engines.open(EngineChoice.parse(engine), AppFolder.cache().resolve("wasm"));
        try (WasmEngine found = opened.engine()) {
            line(
                    out,
                    found.name().equals("wasmtime"),
                    "Wasm engine",
                    found.name() + " " + found.version() + ": " + opened.why());
        }
        Toolchains toolchains = new Toolchains();
        String wrapper = toolchains.componentWrapper().map(Path::toString).orElse("");
        line(
                out,
                !wrapper.isEmpty(),
                "Adapters",
                "commands of WASI 0.1 run as they are, by the executor wagi; modules that were compiled to be components are"
                        + " made ones by "
                        + (wrapper.isEmpty()
                                ? "wasm-component-ld, which is missing: install Rust 1.82 or newer"
                                : wrapper));
        Map<String, Toolchain> byId = new LinkedHashMap<>();
        for (Toolchain toolchain : toolchains.detect()) {
            byId.put(toolchain.language().id(), toolchain);
            line(out, toolchain.found(), toolchain.language().title(), told(toolchain));
        }
        if (byId.containsKey(Language.RUST.id()) && byId.get(Language.RUST.id()).found()) {
            for (String target : Toolchains.RUST_TARGETS) {
                boolean there = toolchains.hasRustTarget(target);
                line(out, there, "Rust target", target + (there ? "" : ": added by rustup at the first build"));
            }
        }
        templates(out, byId);
        Path named = from;
        Path folder = named == null ? Path.of("") : named;
        boolean good = true;
        if (named != null || Files.isRegularFile(folder.resolve(SpinManifest.FILE_NAME))) {
            good = app(out, AppFolder.folder(folder), toolchains, byId);
        }
        out.flush();
        return good ? 0 : 1;
    }

    private static String told(Toolchain toolchain) {
        return toolchain.found()
                ? toolchain.version() + " (" + toolchain.path() + ")"
                : String.valueOf(toolchain.missing());
    }

    private static void templates(PrintWriter out, Map<String, Toolchain> byId) throws IOException {
        Path folder = About.home().resolve("samples/templates");
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.map(template -> template.resolve("template.yaml"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            var document =
                    YamlReader.read(file.toString(), Files.readString(file)).getFirst();
            String name = document.root().path("metadata").path("name").asString("");
            String needs = document.root()
                    .path("metadata")
                    .path("annotations")
                    .path("polder.dev/toolchain")
                    .asString("");
            Toolchain toolchain = byId.get(needs);
            String missing = missing(toolchain);
            line(out, missing.isEmpty(), "Template", name + (missing.isEmpty() ? "" : ": " + missing));
        }
    }

    /** What a toolchain lacks; {@code ""} for one that is there, and for none. */
    private static String missing(@Nullable Toolchain toolchain) {
        return toolchain == null || toolchain.found() ? "" : String.valueOf(toolchain.missing());
    }

    private static boolean app(PrintWriter out, Path folder, Toolchains toolchains, Map<String, Toolchain> byId)
            throws IOException {
        Path file = folder.resolve(SpinManifest.FILE_NAME);
        SpinManifest app;
        try {
            app = SpinManifest.parse(file.toString(), Files.readString(file), true);
        } catch (Problem e) {
            line(out, false, "App", String.valueOf(e.getMessage()));
            return false;
        }
        line(out, true, "App", app.name() + " in " + folder);
        app.notices().forEach(notice -> line(out, true, "Note", notice.toString()));
        boolean good = true;
        for (SpinManifest.Component component : app.components().values()) {
            SpinManifest.Build build = component.build();
            Language language = build == null ? Language.OTHER : Language.of(folder.resolve(build.workdir()));
            Toolchain toolchain = byId.get(language.id());
            String missing = missing(toolchain);
            if (missing.isEmpty() && build != null) {
                List<String> programs = toolchains.missingPrograms(folder.resolve(build.workdir()), build.commands());
                missing = programs.isEmpty() ? "" : "its build needs " + String.join(", ", programs) + ": install it";
            }
            good &= missing.isEmpty();
            String source = component.source() instanceof SpinManifest.Source.Local(String path)
                    ? path + (Files.isRegularFile(folder.resolve(path)) ? "" : ", not there yet")
                    : component.source().toString();
            line(
                    out,
                    missing.isEmpty(),
                    "Component",
                    component.id() + " from " + source + (missing.isEmpty() ? "" : "; " + missing));
        }
        return good;
    }

    private static void line(PrintWriter out, boolean good, String what, String text) {
        out.printf("%-4s %-15s %s%n", good ? "ok" : "!", what, text);
    }
}
