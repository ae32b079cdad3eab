package dev.polder.app.cli;

import dev.polder.app.About;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.service.Toolchain;
import dev.polder.wasm.service.Toolchains;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polder doctor}: what is there, what is not, and what that means. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Say which engine runs and why, which toolchains are found, and what is missing.")
public final class DoctorCommand implements Callable<Integer> {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:POLDER_DATA_DIR:-.polder}",
            description = "The data folder (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".polder");

    @Option(
            names = "--engine",
            defaultValue = "${env:POLDER_WASM_ENGINE:-auto}",
            description = "auto, wasmtime or endive (default: ${DEFAULT-VALUE}).")
    private String engine = "auto";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        line(out, true, "Polder", About.version() + " in " + About.home());
        line(out, true, "Java", Runtime.version() + " in " + System.getProperty("java.home"));
        Engines.Opened opened = Engines.open(EngineChoice.parse(engine), data.resolve("cache/wasm"));
        try (WasmEngine found = opened.engine()) {
            String text = found.name() + " " + found.version() + ": " + opened.why();
            line(out, found.name().equals("wasmtime"), "Wasm engine", text);
        }
        for (Toolchain toolchain : new Toolchains().detect()) {
            Path path = toolchain.path();
            line(
                    out,
                    toolchain.found(),
                    toolchain.language().title(),
                    toolchain.found() ? toolchain.version() + " (" + path + ")" : String.valueOf(toolchain.missing()));
        }
        Path web = About.home().resolve("portal/web/dist/index.html");
        line(
                out,
                Files.isRegularFile(web),
                "Portal",
                Files.isRegularFile(web) ? web.toString() : "not built; run ./polder build");
        Optional<RunFile> run = RunFile.read(data);
        line(
                out,
                true,
                "Data",
                data.toAbsolutePath().normalize()
                        + run.map(found -> ", held by pid " + found.pid() + " at " + found.url())
                                .orElse(", not in use"));
        out.flush();
        return 0;
    }

    private static void line(PrintWriter out, boolean good, String what, String text) {
        out.printf("%-4s %-15s %s%n", good ? "ok" : "!", what, text);
    }
}
