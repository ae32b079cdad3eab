package dev.polder.app.cli;

import dev.polder.app.config.PolderConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that set what {@code polder.yaml} can set; they win over the file and the environment. */
public final class ConfigOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file (default: polder.yaml here, if there is one).")
    private @Nullable Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "Where everything durable is kept (default: .polder).")
    private @Nullable Path data;

    @Option(
            names = "--catalog",
            paramLabel = "PATH",
            description = "Your own descriptors: a file, a folder or a glob. Repeatable. Default: the sample company.")
    private List<String> catalog = new ArrayList<>();

    @Option(
            names = "--ports-from",
            paramLabel = "N",
            description = "Take consecutive ports from N on instead of the usual ones.")
    private @Nullable Integer portsFrom;

    @Option(names = "--listen", paramLabel = "ADDRESS", description = "Where to listen (default: 127.0.0.1).")
    private @Nullable String listen;

    @Option(names = "--dev", description = "Let callers without a token read.")
    private boolean dev;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any key of the configuration, such as wasm.engine=endive. Repeatable.")
    private Map<String, String> set = new LinkedHashMap<>();

    /**
     * Binds file, environment and flags.
     *
     * @throws dev.polder.kernel.model.Problem telling every mistake at once, with its line
     */
    PolderConfig read(Map<String, String> environment) {
        Map<String, Object> flags = new LinkedHashMap<>(set);
        if (data != null) {
            flags.put("dataDir", data.toString());
        }
        if (!catalog.isEmpty()) {
            flags.put("catalog.locations", List.copyOf(catalog));
        }
        if (portsFrom != null) {
            flags.put("portsFrom", portsFrom);
        }
        if (listen != null) {
            flags.put("listen", listen);
        }
        if (dev) {
            flags.put("auth.guests", true);
        }
        return PolderConfig.read(file, environment, flags);
    }
}
