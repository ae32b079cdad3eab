package dev.polder.app.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code polder get KIND [NAME] [-o yaml|json]}. */
@Command(name = "get", mixinStandardHelpOptions = true, description = "Show resources.")
public final class GetCommand implements Callable<Integer> {

    /** How resources are printed. */
    enum Output {
        table,
        yaml,
        json,
        name
    }

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "A kind, such as httproute, AuthorizationPolicy or component.")
    private String kind = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "One resource; all when left out.")
    private @Nullable String name;

    @Option(
            names = {"-n", "--namespace"},
            description = "The namespace (default: default for one resource, all for a list).")
    private @Nullable String namespace;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "All namespaces, the default for a list.")
    private boolean all;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Output output = Output.table;

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String path = "/api/polder/resources/" + Api.encode(kind);
        List<JsonNode> items = new ArrayList<>();
        if (name == null) {
            boolean one = namespace != null && !all;
            JsonNode list = api.get(one ? path + "?namespace=" + Api.encode(String.valueOf(namespace)) : path);
            list.path("items").forEach(items::add);
        } else {
            String in = namespace == null ? "default" : namespace.isEmpty() ? "-" : namespace;
            items.add(api.get(path + "/" + Api.encode(in) + "/" + Api.encode(name)));
        }
        switch (output) {
            case json ->
                out.println(
                        name == null
                                ? Api.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(items)
                                : Api.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(items.getFirst()));
            case yaml ->
                out.print(items.stream()
                        .map(Yaml::write)
                        .reduce((a, b) -> a + "---\n" + b)
                        .orElse(""));
            case name ->
                items.forEach(item -> out.println(item.path("kind").asString() + "/" + metadata(item, "name")));
            case table -> table(items).forEach(out::println);
        }
        if (items.isEmpty() && output == Output.table) {
            spec.commandLine().getErr().println("no " + kind + " found");
            spec.commandLine().getErr().flush();
        }
        out.flush();
        return 0;
    }

    private static List<String> table(List<JsonNode> items) {
        if (items.isEmpty()) {
            return List.of();
        }
        if (items.getFirst().path("apiVersion").asString("").contains("backstage.io/")) {
            return entities(items);
        }
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"NAMESPACE", "NAME", "STATUS", "AGE"});
        for (JsonNode item : items) {
            rows.add(new String[] {metadata(item, "namespace"), metadata(item, "name"), status(item), age(item)});
        }
        return Columns.align(rows);
    }

    /** Entities of the catalogue have no status; who owns them is what people look for. */
    private static List<String> entities(List<JsonNode> items) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"NAMESPACE", "NAME", "TYPE", "LIFECYCLE", "OWNER"});
        for (JsonNode item : items) {
            JsonNode entitySpec = item.path("spec");
            rows.add(new String[] {
                item.path("metadata").path("namespace").asString("default"),
                metadata(item, "name"),
                entitySpec.path("type").asString("-"),
                entitySpec.path("lifecycle").asString("-"),
                entitySpec.path("owner").asString("-")
            });
        }
        return Columns.align(rows);
    }

    /** How old it is in kubectl's short form: 45s, 12m, 3h, 8d. */
    private static String age(JsonNode item) {
        String created = metadata(item, "creationTimestamp");
        if (created.isEmpty()) {
            return "-";
        }
        Duration age = Duration.between(Instant.parse(created), Instant.now());
        if (age.toMinutes() < 2) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        if (age.toHours() < 2) {
            return age.toMinutes() + "m";
        }
        return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
    }

    private static String metadata(JsonNode item, String field) {
        return item.path("metadata").path(field).asString("");
    }

    /** The conditions in one word, as kubectl's printer columns do. */
    private static String status(JsonNode item) {
        List<JsonNode> conditions = new ArrayList<>();
        item.path("status").path("conditions").forEach(conditions::add);
        item.path("status")
                .path("parents")
                .forEach(parent -> parent.path("conditions").forEach(conditions::add));
        if (conditions.isEmpty()) {
            return item.path("status").path("phase").asString("-");
        }
        return conditions.stream()
                .filter(condition -> condition.path("status").asString("").equals("False"))
                .map(condition -> condition.path("type").asString("") + "=False ("
                        + condition.path("reason").asString("") + ")")
                .findFirst()
                .orElse(conditions.getFirst().path("type").asString("Ready"));
    }
}
