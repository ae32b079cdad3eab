package dev.polder.app.cli.wasm;

import dev.polder.app.cli.Api;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.service.AppArchive;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.GivenProvider;
import dev.polder.wasm.service.SpinManifest;
import dev.polder.wasm.service.SpinRuntimeConfig;
import dev.polder.wasm.service.VariableFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
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
                "The value of a variable of the app: NAME=VALUE, NAME=@FILE, or @FILE.toml or @FILE.json with several."
                        + " Repeatable; the last one holds.",
                "Polder keeps it, for this workload only. SPIN_VARIABLE_NAME of the environment gives one too."
            })
    private List<String> variables = List.of();

    @Option(
            names = "--runtime-config-file",
            paramLabel = "FILE",
            defaultValue = "${env:RUNTIME_CONFIG_FILE}",
            description = {
                "Spin's runtime-config.toml: its providers env, static, vault and azure_key_vault give values to variables of"
                        + " the app. Polder keeps them, for this workload only, until another file is given.",
                "Stores elsewhere are the operator's, in wasm.stores of polder.yaml."
            })
    private @Nullable Path runtimeConfig;

    @Option(
            names = "--key-value",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the app's store \"default\" before it is deployed. Repeatable.")
    private Map<String, String> keyValues = Map.of();

    @Option(
            names = "--sqlite",
            paramLabel = "SQL",
            description = {
                "Run statements on the app's database \"default\" before it is deployed; SQL may be @FILE. Repeatable.",
                "They run at every call; what they changed stays when one fails."
            })
    private List<String> sql = List.of();

    @Option(names = "--follow", description = "Print what the app and its builds write, until interrupted.")
    private boolean follow;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print where the app serves, and nothing else.")
    private boolean quiet;

    @Mixin
    private Api api;

    /** Where what is done on the way is told. */
    PrintWriter progress(PrintWriter out) {
        return quiet ? new PrintWriter(Writer.nullWriter()) : out;
    }

    /** Deploys an app that was built here and says where it is. */
    void deploy(BuiltApp built, PrintWriter out) {
        deploy(built.spin(), to -> AppArchive.write(built, to), out);
    }

    /** Deploys the app of a folder as it is and says where it is. */
    void deploy(Path folder, SpinManifest spin, PrintWriter out) {
        deploy(spin, to -> AppArchive.write(folder, spin, to), out);
    }

    private void deploy(SpinManifest spin, Consumer<OutputStream> packed, PrintWriter out) {
        WorkloadRef workload = workload(spin.name());
        String path = path(workload);
        PrintWriter progress = progress(out);
        setVariables(path, spin, progress);
        fill(path, spin);
        JsonNode deployed;
        try {
            Path archive = Files.createTempFile("polder-app-", ".zip");
            try {
                try (OutputStream to = Files.newOutputStream(archive)) {
                    packed.accept(to);
                }
                deployed = api.post(path + "/versions", "application/zip", archive);
            } finally {
                Files.delete(archive);
            }
        } catch (IOException e) {
            throw Problem.unavailable("the app could not be packed: " + e, e);
        }
        deployed.path("notices").forEach(notice -> progress.println("note: " + notice.asString("")));
        deployed.path("output").forEach(line -> progress.println(line.asString("")));
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

    private void setVariables(String path, SpinManifest spin, PrintWriter progress) {
        Map<String, String> environment = SpinRuntimeConfig.withDotEnv(Path.of(""), System.getenv());
        Set<String> names = spin.variables().keySet();
        ObjectNode values = Api.JSON.createObjectNode();
        ArrayNode providers = Api.JSON.createArrayNode();
        if (runtimeConfig == null) {
            SpinRuntimeConfig.environment(environment).values(names).forEach((variable, value) -> {
                values.put(variable, value);
                progress.println("variable " + variable + ": the value of the environment");
            });
        } else {
            SpinRuntimeConfig config = SpinRuntimeConfig.read(runtimeConfig, environment);
            config.notices().forEach(notice -> progress.println("note: " + notice));
            for (GivenProvider provider : config.providers(names)) {
                providers.add(provider.json());
                progress.println("variables: " + provider.shown());
            }
        }
        variables.forEach(given -> given(given).forEach(values::put));
        if (runtimeConfig != null) {
            api.put(path + "/variables/providers", providers);
        }
        if (!values.isEmpty()) {
            api.put(path + "/variables", values);
        }
    }

    /** Puts into the default stores what was given for them. */
    private void fill(String path, SpinManifest spin) {
        if (keyValues.isEmpty() && sql.isEmpty()) {
            return;
        }
        if (!keyValues.isEmpty()) {
            require("--key-value", "key_value_stores", spin, SpinManifest.Component::keyValueStores);
        }
        if (!sql.isEmpty()) {
            require("--sqlite", "sqlite_databases", spin, SpinManifest.Component::sqliteDatabases);
        }
        ObjectNode body = Api.JSON.createObjectNode();
        ObjectNode pairs = body.putObject("keyValues");
        keyValues.forEach(pairs::put);
        ArrayNode scripts = body.putArray("sql");
        sql.forEach(script -> scripts.add(value(script)));
        api.post(path + "/data", body);
    }

    private static void require(
            String option, String key, SpinManifest spin, Function<SpinManifest.Component, List<String>> labels) {
        if (spin.components().values().stream()
                .noneMatch(component -> labels.apply(component).contains("default"))) {
            throw Problem.invalid(
                    option + ": no component has the store (expected: " + key + " = [\"default\"] in the manifest)");
        }
    }

    /** The values of one {@code --variable}. */
    private static Map<String, String> given(String text) {
        if (text.startsWith("@")) {
            return VariableFile.given(Path.of(text.substring(1)));
        }
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw Problem.invalid(
                    "--variable without a value (expected: NAME=VALUE, NAME=@FILE, @FILE.toml or @FILE.json)");
        }
        return Map.of(text.substring(0, equals), value(text.substring(equals + 1)));
    }

    private static String value(String given) {
        if (!given.startsWith("@")) {
            return given;
        }
        try {
            return Files.readString(Path.of(given.substring(1))).strip();
        } catch (IOException e) {
            throw Problem.invalid(given.substring(1) + " cannot be read (expected: a file with what is given)");
        }
    }
}
