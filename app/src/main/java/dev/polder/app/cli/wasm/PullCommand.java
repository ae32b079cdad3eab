package dev.polder.app.cli.wasm;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.PullOptions;
import dev.polder.wasm.registry.PulledApp;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.registry.Registry;
import dev.polder.wasm.service.LockedManifest;
import dev.polder.wasm.service.SpinManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polder wasm pull REF}: an app or component of an OCI registry as a folder. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        description = {
            "Pull an app or a component from an OCI registry into a folder that 'polder wasm up' takes.",
            "",
            "Everything is checked against its digest. A component gets a spin.toml that lets it answer every path."
        })
public final class PullCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "REF", description = "REGISTRY[:PORT]/REPOSITORY[:TAG][@DIGEST]")
    private String reference = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "The folder, new or empty (default: the last part of the repository's name).")
    private @Nullable Path output;

    @Mixin
    private RegistryAccess access;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Reference from = Reference.parse(reference);
        Path folder = output == null ? Path.of(name(from)) : output;
        requireEmpty(folder);
        PulledApp pulled = pull(from, access, folder, out);
        out.println("Pulled " + pulled.reference() + " into " + folder);
        out.flush();
        return 0;
    }

    static String name(Reference reference) {
        return reference.repository().substring(reference.repository().lastIndexOf('/') + 1);
    }

    /** Pulls into an empty folder. */
    static PulledApp pull(Reference from, RegistryAccess access, Path folder, PrintWriter out) throws IOException {
        BlobStore blobs = AppFolder.blobs();
        try (Registry registry = access.open(from, blobs)) {
            PulledApp pulled = registry.pull(from, PullOptions.DEFAULT.withListener(RegistryAccess.told(out)));
            Files.createDirectories(folder);
            SpinManifest spin = LockedManifest.write(pulled, name(from), blobs, folder);
            spin.notices().forEach(notice -> out.println("note: " + notice));
            return pulled;
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw Problem.invalid(folder + " is not empty (expected: a new or empty folder, by --output)");
                }
            }
        }
    }
}
