package dev.polder.app.cli.wasm;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.SpinManifest;
import dev.polder.wasm.service.WatchedFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code polder wasm watch}: builds and deploys at every change. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = {
            "Build and deploy the app, and again whenever a file changes, until interrupted.",
            "",
            "Watched are the manifest, what build.watch of each component names, and its mounted files. When a build or a"
                    + " deployment fails, the version before serves on."
        })
public final class WatchCommand implements Callable<Integer> {

    /** Clears the screen and what was scrolled away, and goes to its first place. */
    private static final String CLEAR = "\033[H\033[2J\033[3J";

    @Mixin
    private AppFolder app;

    @Option(
            names = {"-c", "--clear"},
            description = "Clear the screen before each build.")
    private boolean clear;

    @Option(
            names = {"-d", "--debounce"},
            paramLabel = "MILLIS",
            defaultValue = "250",
            description = "How long nothing must have changed before it is built (default: ${DEFAULT-VALUE}).")
    private int debounce = 250;

    @Option(
            names = "--skip-build",
            description = "Deploy the wasm files when somebody else has made new ones, and run no build commands.")
    private boolean skipBuild;

    @Mixin
    private Target target;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (debounce < 1) {
            throw Problem.invalid("--debounce " + debounce + " (expected: 1 or more milliseconds)");
        }
        Path folder = app.folder();
        SpinManifest known = app.manifest();
        known.components().forEach((id, component) -> {
            if (!skipBuild
                    && component.build() != null
                    && component.build().watch().isEmpty()) {
                out.println("note: component " + id + " has no build.watch: a change of its sources is not seen");
            }
        });
        try {
            while (true) {
                if (clear) {
                    out.print(CLEAR);
                }
                WatchedFiles watched = WatchedFiles.of(known, !skipBuild);
                Map<String, WatchedFiles.Stamp> before = watched.look(folder);
                deploy(out);
                out.println("watching " + before.size() + " files");
                out.flush();
                Map<String, WatchedFiles.Stamp> now = settled(watched, folder, before);
                out.println("changed: " + changed(before, now));
                known = manifest(known);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private void deploy(PrintWriter out) {
        try {
            BuiltApp built = app.built(!skipBuild, target.progress(out));
            target.deploy(built, out);
        } catch (Problem e) {
            out.println("polder: " + e.getMessage());
            out.println("Not deployed; the version before serves on.");
        }
        out.flush();
    }

    /** Waits for a change, and then until nothing changes any more: editors write in several steps. */
    private Map<String, WatchedFiles.Stamp> settled(
            WatchedFiles watched, Path folder, Map<String, WatchedFiles.Stamp> before) throws InterruptedException {
        Map<String, WatchedFiles.Stamp> last = watched.look(folder);
        while (true) {
            Thread.sleep(debounce);
            Map<String, WatchedFiles.Stamp> now = watched.look(folder);
            if (!now.equals(before) && now.equals(last)) {
                return now;
            }
            last = now;
        }
    }

    /** The manifest of now; the one before while it cannot be read, which the build tells. */
    private SpinManifest manifest(SpinManifest before) {
        try {
            return app.manifest();
        } catch (Problem e) {
            return before;
        }
    }

    private static String changed(Map<String, WatchedFiles.Stamp> before, Map<String, WatchedFiles.Stamp> now) {
        Set<String> paths = new TreeSet<>(before.keySet());
        paths.addAll(now.keySet());
        paths.removeIf(path -> now.containsKey(path) && now.get(path).equals(before.get(path)));
        return String.join(", ", paths.stream().limit(5).toList())
                + (paths.size() > 5 ? " and " + (paths.size() - 5) + " more" : "");
    }
}
