package dev.polder.app.cli.wasm;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
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
    private static final String CREATE = "'polder create TEMPLATE' and the portal make apps from templates";
    private static final String IN_MANIFEST =
            "every component of the manifest is deployed; take out the triggers of the" + " others";

    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("--listen", GATEWAY),
            Map.entry("--find-free-port", GATEWAY),
            Map.entry("--tls-cert", TLS),
            Map.entry("--tls-key", TLS),
            Map.entry("--env", "write [component.ID.environment] in the manifest, or a variable and --variable"),
            Map.entry("-e", "write [component.ID.environment] in the manifest, or a variable and --variable"),
            Map.entry("--from-registry", "'polder wasm deploy REF' takes an app of a registry"),
            Map.entry("--from-file", "-f takes a folder with a spin.toml, or that file"),
            Map.entry("--component-id", IN_MANIFEST),
            Map.entry("-c", IN_MANIFEST),
            Map.entry("--up", "'polder wasm up' builds and runs"),
            Map.entry("-u", "'polder wasm up' builds and runs"),
            Map.entry(
                    "--direct-mounts",
                    "files are kept by digest with the version; 'polder wasm watch' follows changes"),
            Map.entry(
                    "--allow-transient-write", "mounted files are read-only; keep data in a key-value store or SQLite"),
            Map.entry("--temp", "nothing is unpacked on this machine"),
            Map.entry("--cache-dir", "caches are below XDG_CACHE_HOME, or ~/.cache"),
            Map.entry("--state-dir", KEPT),
            Map.entry("--log-dir", LOGS),
            Map.entry("--truncate-logs", LOGS),
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
            Map.entry("--clear", "the terminal is left as it is"),
            Map.entry("--debounce", "a change is built when nothing changes any more"),
            Map.entry("--annotation", "annotations of images are not written"),
            Map.entry("--experimental-wasi-otel", "wasi:otel is missing; Polder traces requests by itself"));

    private static final Map<String, String> VERBS = Map.of(
            "new",
            CREATE,
            "add",
            CREATE,
            "templates",
            CREATE,
            "registry",
            "'polder wasm push REF', 'pull REF' and 'deploy REF'; " + CREDENTIALS,
            "login",
            CREDENTIALS,
            "plugins",
            "none are needed: the triggers http, redis, cron, mqtt and messaging are part of Polder",
            "targets",
            "what a component imports and Polder does not have is told when it is deployed",
            "kube",
            "'polder wasm up' deploys; a Polder on Kubernetes takes the same command with --server",
            "cloud",
            "'polder wasm up' deploys; --server says to which Polder",
            "trigger",
            "'polder wasm up' serves every trigger of the app");

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
        if (command.getCommand() instanceof WasmCommand) {
            return VERBS.containsKey(first) ? "there is no '" + first + "' here: " + VERBS.get(first) : null;
        }
        CommandLine parent = command.getParent();
        if (parent == null || !(parent.getCommand() instanceof WasmCommand)) {
            return null;
        }
        String option = first.startsWith("--") ? first.split("=", 2)[0] : first;
        return OPTIONS.containsKey(option) ? "there is no " + option + " here: " + OPTIONS.get(option) : null;
    }
}
