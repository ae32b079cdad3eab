package dev.polder.app.cli;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code polder sbom REF}: the CycloneDX document of a component's newest, or a named, release. */
@Command(
        name = "sbom",
        mixinStandardHelpOptions = true,
        description = "Print the CycloneDX SBOM of a component's release.")
public final class SbomCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "REF", description = "A component, such as component:default/shop or shop.")
    private String ref = "";

    @Option(names = "--release", paramLabel = "NAME", description = "A release (default: the newest).")
    private @Nullable String release;

    @Option(
            names = {"-o", "--output-file"},
            paramLabel = "FILE",
            description = "Write to a file instead of standard output.")
    private @Nullable Path file;

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        EntityRef entity = EntityRef.parse(ref, "component", EntityRef.DEFAULT_NAMESPACE);
        String name = release;
        if (name == null) {
            JsonNode items = api.get("/api/polder/releases?ref=" + Api.encode(entity.toString()))
                    .path("items");
            if (items.isEmpty()) {
                throw Problem.notFound(entity + " has no release (expected: at least one deploy)");
            }
            name = items.get(0).path("name").asString();
        }
        byte[] sbom = api.bytes("/api/polder/releases/" + Api.encode(name) + "/sbom");
        if (file != null) {
            Files.write(file, sbom);
            spec.commandLine().getErr().println("wrote " + file + ", release " + name);
            spec.commandLine().getErr().flush();
        } else {
            OutputStream out = System.out;
            out.write(sbom);
            out.write('\n');
            out.flush();
        }
        return 0;
    }
}
