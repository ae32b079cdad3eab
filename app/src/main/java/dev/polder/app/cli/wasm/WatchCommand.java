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

    private static final long LOOK_MILLIS = 250;

    @Mixin
    private AppFolder app;

    @Mixin
    private Target target;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = app.folder();
        SpinManifest known = app.manifest();
        known.components().forEach((id, component) -> {
            if (component.build() != null && component.build().watch().isEmpty()) {
                out.println("note: component " + id + " has no build.watch: a change of its sources is not seen");
            }
        });
        try {
            while (true) {
                WatchedFiles watched = WatchedFiles.of(known);
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
            BuiltApp built = app.built(true, target.progress(out));
            target.deploy(built, out);
        } catch (Problem e) {
            out.println("polder: " + e.getMessage());
            out.println("Not deployed; the version before serves on.");
        }
        out.flush();
    }

    /** Waits for a change, and then until nothing changes any more: editors write in several steps. */
    private static Map<String, WatchedFiles.Stamp> settled(
            WatchedFiles watched, Path folder, Map<String, WatchedFiles.Stamp> before) throws InterruptedException {
        Map<String, WatchedFiles.Stamp> last = watched.look(folder);
        while (true) {
            Thread.sleep(LOOK_MILLIS);
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
