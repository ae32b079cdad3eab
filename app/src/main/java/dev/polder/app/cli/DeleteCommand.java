package dev.polder.app.cli;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.kernel.model.YamlReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polder delete KIND NAME} or {@code polder delete -f FILE}. */
@Command(name = "delete", mixinStandardHelpOptions = true, description = "Delete resources by name or by file.")
public final class DeleteCommand implements Callable<Integer> {

    @Parameters(arity = "0..*", paramLabel = "KIND NAME", description = "A kind and one or more names.")
    private List<String> what = new ArrayList<>();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            description = "Delete what these files declare.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = {"-n", "--namespace"},
            defaultValue = "default",
            description = "The namespace (default: ${DEFAULT-VALUE}).")
    private String namespace = "default";

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (files.isEmpty() && what.size() < 2) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected: KIND NAME …, or -f FILE");
        }
        int missing = 0;
        for (int i = 1; i < what.size(); i++) {
            missing += delete(what.get(0), namespace, what.get(i));
        }
        for (ApplyCommand.Document file : ApplyCommand.read(files)) {
            for (YamlDocument document : YamlReader.read(file.name(), file.bytes())) {
                if (!document.root().isNull()) {
                    Resource resource = ResourceCodec.decode(document, namespace);
                    missing += delete(
                            resource.kind(),
                            resource.metadata().namespace(),
                            resource.metadata().name());
                }
            }
        }
        if (missing > 0) {
            throw Problem.notFound(missing + " of them did not exist");
        }
        return 0;
    }

    private int delete(String kind, String inNamespace, String name) {
        PrintWriter out = spec.commandLine().getOut();
        String path = "/api/polder/resources/" + Api.encode(kind) + "/"
                + (inNamespace.isEmpty() ? "-" : Api.encode(inNamespace)) + "/" + Api.encode(name);
        boolean deleted = api.delete(path);
        out.println(kind.toLowerCase(java.util.Locale.ROOT) + "/" + name + (deleted ? " deleted" : " not found"));
        out.flush();
        return deleted ? 0 : 1;
    }
}
