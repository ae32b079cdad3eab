package dev.polder.app.cli.wasm;

import dev.polder.app.cli.Api;
import dev.polder.app.cli.Columns;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code polder wasm rollback NAME}: serves an earlier version again. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = {
            "Serve an earlier version of a deployed app again.",
            "",
            "Its wasm files and its manifest, with the variables and limits of now. Nothing is built. When it cannot be"
                    + " served, the version before serves on."
        })
public final class RollbackCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "NAME", description = "[NAMESPACE/]NAME of a workload.")
    private String name = "";

    @Option(
            names = "--to",
            paramLabel = "NUMBER",
            description = "The number of a version (default: the one that served before).")
    private int to;

    @Option(names = "--list", description = "Print the versions and change nothing.")
    private boolean list;

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        EntityRef ref = EntityRef.parse(name, "workload", EntityRef.DEFAULT_NAMESPACE);
        String path = "/api/polder/workloads/" + Api.encode(ref.namespace()) + "/" + Api.encode(ref.name());
        if (list) {
            versions(api.get(path).path("versions")).forEach(out::println);
            return 0;
        }
        ObjectNode body = Api.JSON.createObjectNode();
        if (to != 0) {
            body.put("to", to);
        }
        JsonNode now = api.post(path + "/rollback", body);
        JsonNode version = now.path("versions").path(0);
        out.println("Serving " + digest(version) + " at " + now.path("url").asString(""));
        return 0;
    }

    private static List<String> versions(JsonNode versions) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"NUMBER", "STATE", "DIGEST", "COMMIT", "DEPLOYED", "BY", "HOW", "ROLLBACK"});
        for (JsonNode version : versions) {
            String commit = version.path("commit").asString("");
            rows.add(new String[] {
                version.path("number").asString(),
                version.path("state").asString(),
                digest(version),
                or(commit.substring(0, Math.min(7, commit.length()))),
                version.path("deployedAt").asString(),
                or(version.path("deployedBy").asString("")),
                or(version.path("how").asString("")),
                version.path("rollback").asBoolean() ? "yes" : "no"
            });
        }
        return Columns.align(rows);
    }

    private static String digest(JsonNode version) {
        return version.path("digest").isNull()
                ? "-"
                : Digest.parse(version.path("digest").asString()).shortForm();
    }

    private static String or(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
