package dev.polder.app.cli;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code polder apply -f FILE}: all documents of a file or none. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = "Create or change resources from YAML or JSON files; each file is applied whole or not at all.")
public final class ApplyCommand implements Callable<Integer> {

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "A file, a folder of *.yaml files, or - for standard input. Repeatable.")
    private List<String> files = new ArrayList<>();

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        for (Document document : read(files)) {
            String path = "/api/polder/apply?source=" + Api.encode(document.name());
            JsonNode answer = api.post(path, "application/yaml", document.bytes());
            for (JsonNode item : answer.path("items")) {
                out.println(item.path("kind").asString().toLowerCase(java.util.Locale.ROOT) + "/"
                        + item.path("name").asString() + " "
                        + item.path("action").asString());
            }
        }
        out.flush();
        return 0;
    }

    /** One file's name and content; made, sent and forgotten, never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Document(String name, byte[] bytes) {}

    static List<Document> read(List<String> files) throws IOException {
        List<Document> documents = new ArrayList<>();
        for (String name : files) {
            Path path = Path.of(name);
            if (name.equals("-")) {
                documents.add(new Document("standard input", System.in.readAllBytes()));
            } else if (Files.isDirectory(path)) {
                try (Stream<Path> children = Files.list(path)) {
                    for (Path child : children.sorted()
                            .filter(file -> file.toString().matches(".*\\.(ya?ml|json)"))
                            .toList()) {
                        documents.add(new Document(child.toString(), Files.readAllBytes(child)));
                    }
                }
            } else if (Files.isRegularFile(path)) {
                documents.add(new Document(name, Files.readAllBytes(path)));
            } else {
                throw Problem.notFound(name + ": no such file (expected: a file, a folder or -)");
            }
        }
        return documents;
    }
}
