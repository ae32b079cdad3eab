package dev.polder.app.cli.wasm;

import dev.polder.app.cli.Api;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.service.AppArchive;
import dev.polder.wasm.service.SpinManifest;
import dev.polder.wasm.service.SpinRuntimeConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** As what an app is deployed, to which Polder, and with which values. */
public final class Target {

    @Option(
            names = "--name",
            paramLabel = "[NS/]NAME",
            description = "The workload (default: the application's name, in the namespace default).")
    private @Nullable String name;

    @Option(
            names = "--variable",
            paramLabel = "NAME=VALUE",
            description = {
                "The value of a variable of the app; VALUE may be @FILE. Repeatable.",
                "Polder keeps it, for this workload only."
            })
    private Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--runtime-config-file",
            paramLabel = "FILE",
            description = {
                "Spin's runtime-config.toml: its providers env and static give values to variables of the app.",
                "Stores elsewhere are the operator's, in wasm.stores of polder.yaml."
            })
    private @Nullable Path runtimeConfig;

    @Option(names = "--follow", description = "Print what the app and its builds write, until interrupted.")
    private boolean follow;

    @Mixin
    private Api api;

    /** Deploys the built app of a folder and says where it is. */
    void deploy(Path folder, SpinManifest spin, PrintWriter out) {
        WorkloadRef workload = workload(spin.name());
        String path = path(workload);
        setVariables(path, spin);
        JsonNode deployed;
        try {
            Path archive = Files.createTempFile("polder-app-", ".zip");
            try {
                try (OutputStream to = Files.newOutputStream(archive)) {
                    AppArchive.write(folder, spin, to);
                }
                deployed = api.post(path + "/versions", "application/zip", archive);
            } finally {
                Files.delete(archive);
            }
        } catch (IOException e) {
            throw Problem.unavailable("the app could not be packed: " + e, e);
        }
        deployed.path("notices").forEach(notice -> out.println("note: " + notice.asString("")));
        deployed.path("output").forEach(line -> out.println(line.asString("")));
        String url = deployed.path("url").asString("");
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        deployed.path("routes")
                .forEach(route -> out.println("  " + base + route.path("route").asString("") + "  "
                        + route.path("component").asString("")));
        out.flush();
    }

    /** Prints the log until interrupted, if that was asked for. */
    void follow(SpinManifest spin, PrintWriter out) {
        if (!follow) {
            return;
        }
        api.events(path(workload(spin.name())) + "/logs/stream?after=0", (event, data) -> {
            if (event.equals("log")) {
                out.println(Api.JSON.readTree(data).path("text").asString(""));
                out.flush();
            }
            return true;
        });
    }

    private static String path(WorkloadRef workload) {
        return "/api/polder/workloads/" + Api.encode(workload.namespace()) + "/" + Api.encode(workload.name());
    }

    private WorkloadRef workload(String application) {
        String text = name;
        if (text == null) {
            text = application
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "-")
                    .replaceAll("^-+|-+$", "");
            if (text.isEmpty()) {
                throw Problem.invalid(
                        "application name \"" + application + "\" (expected: one with letters, or --name)");
            }
        }
        EntityRef ref = EntityRef.parse(text, "workload", EntityRef.DEFAULT_NAMESPACE);
        return new WorkloadRef(ref.namespace(), ref.name());
    }

    private void setVariables(String path, SpinManifest spin) {
        ObjectNode values = Api.JSON.createObjectNode();
        if (runtimeConfig != null) {
            SpinRuntimeConfig.read(runtimeConfig, System.getenv())
                    .values(spin.variables().keySet())
                    .forEach(values::put);
        }
        variables.forEach((variable, value) -> values.put(variable, value(value)));
        if (values.isEmpty()) {
            return;
        }
        api.put(path + "/variables", values);
    }

    private static String value(String given) {
        if (!given.startsWith("@")) {
            return given;
        }
        try {
            return Files.readString(Path.of(given.substring(1))).strip();
        } catch (IOException e) {
            throw Problem.invalid(given.substring(1) + " cannot be read (expected: a file with the value)");
        }
    }
}
