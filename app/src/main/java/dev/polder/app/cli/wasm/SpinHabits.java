package dev.polder.app.cli.wasm;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells a person who typed an option or a verb of {@code spin} what stands in its place here; all other mistakes are told as
 * they always are. Source: Spin's command line reference.
 */
public final class SpinHabits implements IParameterExceptionHandler {

    private static final String GATEWAY = "the gateway serves every app; its ports are in polder.yaml or './polder up"
            + " --ports-from N', and 'polder wasm up' prints the URL";
    private static final String TLS = "the gateway speaks TLS for every app: 'listeners' of its Gateway resource";
    private static final String KEPT = "what apps keep is in Polder's data folder";
    private static final String LOGS = "'polder logs NAME --component ID' prints what a component wrote";
    private static final String LIMITS = "limits are the operator's: wasm.limits and wasm.apps of polder.yaml";
    private static final String CREDENTIALS =
            "push, pull and deploy use the credentials of 'docker login', or --username with --password-stdin";
    private static final String TEMPORARY = "nothing is unpacked on this machine";
    private static final String INSECURE =
            "'polder wasm deploy REF --insecure' takes an app of a registry that speaks plain HTTP";
    private static final String CREATE = "'polder create TEMPLATE' and the portal make apps from templates";
    private static final String IN_MANIFEST =
            "every component of the manifest is deployed; take out the triggers of the" + " others";

    private static final String PLUGINS =
            "none are needed: the triggers http, redis, cron, mqtt and messaging are part of Polder";
    private static final String TARGETS =
            "what a component imports and Polder does not have is told when it is deployed";
    private static final String CLOUD = "'polder wasm up' deploys; --server says to which Polder";

    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("--listen", GATEWAY),
            Map.entry("--find-free-port", GATEWAY),
            Map.entry("--tls-cert", TLS),
            Map.entry("--tls-key", TLS),
            Map.entry("--env", "write [component.ID.environment] in the manifest, or a variable and --variable"),
            Map.entry("-e", "write [component.ID.environment] in the manifest, or a variable and --variable"),
            Map.entry("--from-registry", "'polder wasm deploy REF' takes an app of a registry"),
            Map.entry("--component-id", IN_MANIFEST),
            Map.entry("-c", IN_MANIFEST),
            Map.entry("--up", "'polder wasm up' builds and runs"),
            Map.entry("-u", "'polder wasm up' builds and runs"),
            Map.entry(
                    "--direct-mounts",
                    "files are kept by digest with the version; 'polder wasm watch' follows changes"),
            Map.entry(
                    "--allow-transient-write", "mounted files are read-only; keep data in a key-value store or SQLite"),
            Map.entry("--temp", TEMPORARY),
            Map.entry("--tmp", TEMPORARY),
            Map.entry("--cache-dir", "caches are below XDG_CACHE_HOME, or ~/.cache"),
            Map.entry("--state-dir", KEPT),
            Map.entry("--log-dir", LOGS),
            Map.entry("-L", LOGS),
            Map.entry("--truncate-logs", LOGS),
            Map.entry("--cache", "compiled code is in cache/wasm of Polder's data folder"),
            Map.entry("--disable-cache", "compiled code is kept by digest, and never stale"),
            Map.entry("--disable-pooling", LIMITS),
            Map.entry("--debug-info", "a trap's source lines stand in the log where the module has debug information"),
            Map.entry("--max-instance-memory", LIMITS),
            Map.entry("--max-instance-reuse-count", "wasm.apps.NAME.instanceRequests of polder.yaml says so"),
            Map.entry("--max-instance-concurrent-reuse-count", "an instance serves one request at a time"),
            Map.entry("--request-timeout", LIMITS),
            Map.entry("--idle-instance-timeout", "wasm.idleSeconds of polder.yaml says when an idle app lets go"),
            Map.entry("--http1-max-buf-size", LIMITS),
            Map.entry("--skip-build", "'polder wasm up --no-build' takes the files that are there"),
            Map.entry("--skip-target-checks", "compatibility with targets is not checked"),
            Map.entry("--skip-generate-wits", "no WIT is made of dependencies"),
            Map.entry("--insecure", INSECURE),
            Map.entry("-k", INSECURE),
            Map.entry("--sh", "-q prints where the app serves, and nothing else"),
            Map.entry("--shush", "-q prints where the app serves, and nothing else"),
            Map.entry("--format", "routes are printed as text; 'polder get wasmapps -o json' has the app as JSON"),
            Map.entry("--experimental-wasm-feature", "the engine says which proposals of WebAssembly run"),
            Map.entry("-p", CREDENTIALS),
            Map.entry("--password", CREDENTIALS),
            Map.entry("--annotation", "annotations of images are not written"),
            Map.entry("--experimental-wasi-otel", "wasi:otel is missing; Polder traces requests by itself"));

    private static final Map<String, String> VERBS = Map.ofEntries(
            Map.entry("new", CREATE),
            Map.entry("n", CREATE),
            Map.entry("add", CREATE),
            Map.entry("a", CREATE),
            Map.entry("templates", CREATE),
            Map.entry("template", CREATE),
            Map.entry("b", "'polder wasm build'"),
            Map.entry("u", "'polder wasm up'"),
            Map.entry("w", "'polder wasm watch'"),
            Map.entry("d", "'polder wasm deploy REF', or 'polder wasm up' for an app in a folder"),
            Map.entry("login", CREDENTIALS),
            Map.entry("logout", CREDENTIALS),
            Map.entry("plugins", PLUGINS),
            Map.entry("plugin", PLUGINS),
            Map.entry("targets", TARGETS),
            Map.entry("environments", TARGETS),
            Map.entry("maintenance", "'polder --help' has what there is; 'polder config schema' writes a schema"),
            Map.entry("test", "'polder wasm up' deploys, and the portal has a button for each trigger to try it"),
            Map.entry("otel", "metrics are at /metrics, and traps and logs in the portal"),
            Map.entry("kube", "'polder wasm up' deploys; a Polder on Kubernetes takes the same command with --server"),
            Map.entry("cloud", CLOUD),
            Map.entry("aka", CLOUD),
            Map.entry("trigger", "'polder wasm up' serves every trigger of the app"));

    /** What is typed without {@code wasm}, of what is no command of Polder's own. */
    private static final Set<String> HERE = Set.of("build", "watch", "push", "pull", "deploy", "registry", "rollback");

    private final IParameterExceptionHandler others;

    /** @param others tells what is no habit of Spin's */
    public SpinHabits(IParameterExceptionHandler others) {
        this.others = others;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) throws Exception {
        String advice = advice(failure);
        if (advice == null) {
            return others.handleParseException(failure, args);
        }
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("polder: " + advice);
        err.println("'" + command.getCommandSpec().qualifiedName() + " --help' has what there is.");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static @Nullable String advice(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return null;
        }
        List<String> arguments = unmatched.getUnmatched();
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        if (command.getParent() == null) {
            return HERE.contains(first)
                    ? "there is no '" + first + "' here: 'polder wasm " + first + "' is what you mean"
                    : VERBS.containsKey(first) && first.length() > 1
                            ? "there is no '" + first + "' here: " + VERBS.get(first)
                            : null;
        }
        if (command.getCommand() instanceof WasmCommand || command.getCommand() instanceof RegistryCommand) {
            return VERBS.containsKey(first) ? "there is no '" + first + "' here: " + VERBS.get(first) : null;
        }
        if (!isWasm(command.getParent())) {
            return null;
        }
        if (!first.startsWith("-") && command.getCommandSpec().findOption("--follow") != null) {
            return "\"" + first + "\" belongs to nothing here: --follow prints what all components write,"
                    + " and 'polder logs NAME -f --component ID' what one does";
        }
        String option = first.startsWith("--") ? first.split("=", 2)[0] : first;
        return OPTIONS.containsKey(option) ? "there is no " + option + " here: " + OPTIONS.get(option) : null;
    }

    private static boolean isWasm(CommandLine group) {
        return group.getCommand() instanceof WasmCommand || group.getCommand() instanceof RegistryCommand;
    }
}
