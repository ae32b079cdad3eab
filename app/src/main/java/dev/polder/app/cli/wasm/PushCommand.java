package dev.polder.app.cli.wasm;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.registry.AppSource;
import dev.polder.wasm.registry.PushOptions;
import dev.polder.wasm.registry.PushedApp;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.registry.Registry;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.LockedApps;
import dev.polder.wasm.service.SpinManifest;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polder wasm push REF}: an app, or one of its components, to an OCI registry. */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        description = {
            "Push the built app to an OCI registry, in the layout of 'spin registry push'.",
            "",
            "Components are composed with their dependencies before, so that whoever runs the app need not do it.",
            "",
            "With --component, push that component alone as a Wasm OCI artifact, which wkg and wasmCloud read."
        })
public final class PushCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "REF", description = "REGISTRY[:PORT]/REPOSITORY[:TAG]")
    private String reference = "";

    @Mixin
    private AppFolder app;

    @Option(names = "--build", description = "Build before.")
    private boolean build;

    @Option(
            names = "--compose",
            paramLabel = "BOOLEAN",
            arity = "0..1",
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether dependencies are composed into components (default), or go beside them.")
    private boolean compose = true;

    @Option(names = "--component", paramLabel = "ID", description = "Push only this component.")
    private @Nullable String component;

    @Mixin
    private RegistryAccess access;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Reference to = Reference.parse(reference);
        BuiltApp built = app.built(build, out);
        BlobStore blobs = AppFolder.blobs();
        try (Registry registry = access.open(to, blobs)) {
            PushedApp pushed = registry.push(
                    source(built, blobs, out), to, PushOptions.DEFAULT.withListener(RegistryAccess.told(out)));
            out.println("Pushed " + pushed.reference() + " (" + pushed.uploadedBlobs() + " blobs, "
                    + pushed.uploadedBytes() + " bytes sent)");
            out.flush();
        }
        return 0;
    }

    private AppSource source(BuiltApp built, BlobStore blobs, PrintWriter out) {
        try (WasmEngine engine = engine(built)) {
            return source(built, blobs, engine, out);
        }
    }

    /** What composes, and validates what it composed; null when nothing is. */
    private @Nullable WasmEngine engine(BuiltApp built) {
        boolean composes = compose
                && built.spin().components().values().stream()
                        .anyMatch(declared -> !declared.dependencies().isEmpty());
        return composes
                ? Engines.open(EngineChoice.AUTO, AppFolder.cache().resolve("wasm"))
                        .engine()
                : null;
    }

    private AppSource source(BuiltApp built, BlobStore blobs, @Nullable WasmEngine engine, PrintWriter out) {
        if (component == null) {
            return new AppSource.Spin(
                    engine == null ? LockedApps.of(built, blobs) : LockedApps.composed(built, blobs, engine));
        }
        BuiltApp.Component one = built.component(component)
                .orElseThrow(() -> Problem.invalid("--component " + component + " (expected one of: "
                        + String.join(", ", built.spin().components().keySet()) + ")"));
        if (engine != null) {
            return AppSource.component(blobs.file(blobs.put(LockedApps.composed(built, one, engine))));
        }
        SpinManifest.Component declared = built.spin().components().get(component);
        if (declared != null && !declared.dependencies().isEmpty()) {
            out.println("note: it goes alone, without its dependencies "
                    + String.join(", ", declared.dependencies().keySet()));
        }
        return AppSource.component(blobs.file(blobs.put(one.wasm())));
    }
}
