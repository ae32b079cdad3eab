package dev.polder.app.cli;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.kernel.model.YamlReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code polder create TEMPLATE --set k=v}: what the wizard does, from the shell. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Run a template and follow its log. Without TEMPLATE: list the templates.")
public final class CreateCommand implements Callable<Integer> {

    @Parameters(index = "0", arity = "0..1", paramLabel = "TEMPLATE", description = "A template's name or entity ref.")
    private @Nullable String template;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A parameter. The value is JSON when it parses as such and the schema wants no text.")
    private Map<String, String> values = new LinkedHashMap<>();

    @Option(names = "--values", paramLabel = "FILE", description = "Parameters from a YAML or JSON file.")
    private @Nullable Path valuesFile;

    @Option(names = "--no-wait", description = "Print the task's id and leave.")
    private boolean noWait;

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (template == null) {
            list(out);
            return 0;
        }
        EntityRef ref = EntityRef.parse(template, "template", EntityRef.DEFAULT_NAMESPACE);
        JsonNode schema = api.get("/api/scaffolder/v2/templates/" + Api.encode(ref.namespace()) + "/template/"
                + Api.encode(ref.name()) + "/parameter-schema");
        ObjectNode body = Api.JSON.createObjectNode();
        body.put("templateRef", ref.toString());
        body.set("values", values(schema));
        String id = api.post("/api/scaffolder/v2/tasks", body).path("id").asString();
        if (noWait) {
            out.println(id);
            out.flush();
            return 0;
        }
        return follow(id, out);
    }

    private void list(PrintWriter out) {
        JsonNode entities = api.get("/api/catalog/entities?filter=kind%3Dtemplate");
        List<String[]> rows = new java.util.ArrayList<>();
        rows.add(new String[] {"TEMPLATE", "TITLE", "OWNER"});
        entities.forEach(entity -> rows.add(new String[] {
            entity.path("metadata").path("name").asString(""),
            entity.path("metadata").path("title").asString(""),
            entity.path("spec").path("owner").asString("")
        }));
        Columns.align(rows).forEach(out::println);
        out.flush();
        if (rows.size() == 1) {
            spec.commandLine()
                    .getErr()
                    .println("no templates; register one, or start without --catalog for the samples");
            spec.commandLine().getErr().flush();
        }
    }

    private ObjectNode values(JsonNode schema) throws IOException {
        ObjectNode result = defaults(schema);
        if (valuesFile != null) {
            List<YamlDocument> documents = YamlReader.read(valuesFile.toString(), Files.readAllBytes(valuesFile));
            if (documents.size() != 1 || !(documents.getFirst().root() instanceof ObjectNode object)) {
                throw Problem.invalid(valuesFile + ": expected one mapping of parameter names to values");
            }
            result.setAll(object);
        }
        for (Map.Entry<String, String> entry : values.entrySet()) {
            result.set(entry.getKey(), value(entry.getValue(), type(schema, entry.getKey())));
        }
        return result;
    }

    /** What the wizard would have filled in. */
    private static ObjectNode defaults(JsonNode schema) {
        ObjectNode defaults = Api.JSON.createObjectNode();
        for (JsonNode step : schema.path("steps")) {
            step.path("schema").path("properties").properties().forEach(property -> {
                if (property.getValue().has("default")) {
                    defaults.set(property.getKey(), property.getValue().get("default"));
                }
            });
        }
        return defaults;
    }

    private static String type(JsonNode schema, String parameter) {
        for (JsonNode step : schema.path("steps")) {
            JsonNode property = step.path("schema").path("properties").path(parameter);
            if (!property.isMissingNode()) {
                return property.path("type").asString("string");
            }
        }
        return "string";
    }

    private static JsonNode value(String text, String type) {
        if (type.equals("string")) {
            return Api.JSON.getNodeFactory().stringNode(text);
        }
        List<YamlDocument> parsed = YamlReader.read("--set", text);
        return parsed.isEmpty()
                ? Api.JSON.getNodeFactory().stringNode(text)
                : parsed.getFirst().root();
    }

    private int follow(String id, PrintWriter out) {
        String[] status = {"lost"};
        api.events("/api/scaffolder/v2/tasks/" + Api.encode(id) + "/eventstream", (event, data) -> {
            JsonNode body = Api.JSON.readTree(data).path("body");
            out.println(body.path("message").asString(""));
            if (event.equals("completion")) {
                status[0] = body.path("error").isObject() ? "failed" : "completed";
                body.path("output")
                        .path("links")
                        .forEach(link -> out.println("  "
                                + link.path("title").asString("") + ": "
                                + link.path("url")
                                        .asString(link.path("entityRef").asString(""))));
                if (body.path("error").isObject()) {
                    out.println(body.path("error").path("message").asString(""));
                }
            } else if (event.equals("cancelled")) {
                status[0] = "cancelled";
            }
            out.flush();
            return !event.equals("completion");
        });
        if (!status[0].equals("completed")) {
            spec.commandLine().getErr().println("task " + id + " " + status[0]);
            spec.commandLine().getErr().flush();
            return 1;
        }
        return 0;
    }
}
