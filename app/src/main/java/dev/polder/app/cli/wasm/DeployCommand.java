package dev.polder.app.cli.wasm;

import dev.polder.app.bridge.Folders;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.service.SpinManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code polder wasm deploy REF}: an app of a registry, as it is. */
@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        description = {
            "Deploy an app or component of an OCI registry to the running Polder.",
            "",
            "It is pulled here, with your credentials, and sent to Polder, which needs none."
        })
public final class DeployCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "REF", description = "REGISTRY[:PORT]/REPOSITORY[:TAG][@DIGEST]")
    private String reference = "";

    @Mixin
    private RegistryAccess access;

    @Mixin
    private Target target;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("polder-pull-");
        try {
            var _ = PullCommand.pull(Reference.parse(reference), access, folder, target.progress(out));
            SpinManifest spin = SpinManifest.parse(
                    SpinManifest.FILE_NAME, Files.readString(folder.resolve(SpinManifest.FILE_NAME)));
            target.deploy(folder, spin, out);
            target.follow(spin, out);
        } finally {
            Folders.delete(folder);
        }
        return 0;
    }
}
