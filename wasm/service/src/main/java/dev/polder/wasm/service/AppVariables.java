package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.SecretServers;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values that people gave to the variables of one app, and providers that they named for it, each app's in files of its own
 * that only Polder's user can read. They outlive versions; a version gets those that are there when it is prepared. Values
 * and tokens are never shown. Blocking; for any thread.
 */
public final class AppVariables implements AutoCloseable {

    private static final String VALUES = "variables.json";
    private static final String PROVIDERS = "providers.json";
    private static final int MAX_VALUES = 1000;
    private static final int MAX_PROVIDERS = 20;
    private static final long MAX_BYTES = 4 << 20;

    private final Path folder;
    private final SecretServers servers = new SecretServers();

    /** @param folder holds a folder for each namespace, and in it one for each app */
    public AppVariables(Path folder) {
        this.folder = folder;
    }

    /** What asks the servers of all providers of this process. */
    public SecretServers servers() {
        return servers;
    }

    /**
     * Sets values; the others stay.
     *
     * @param values by variable; null takes one away
     * @throws Problem INVALID for a name that no variable has; nothing changes then
     */
    public synchronized void set(WorkloadRef workload, Map<String, ? extends @Nullable String> values) {
        ObjectNode all = read(workload);
        values.forEach((name, value) -> {
            String fault = Variables.nameFault(name);
            if (fault != null) {
                throw Problem.invalid("variable name " + fault);
            }
            if (value == null) {
                all.remove(name);
            } else {
                all.put(name, value);
            }
        });
        write(workload, VALUES, all);
    }

    /**
     * Names the providers of an app, in the order in which they are asked, instead of those before.
     *
     * @throws Problem INVALID when one could never be asked; nothing changes then
     */
    public synchronized void setProviders(WorkloadRef workload, List<GivenProvider> providers) {
        if (providers.size() > MAX_PROVIDERS) {
            throw Problem.tooLarge("variables of workload " + workload + ": " + providers.size()
                    + " providers (expected: at most " + MAX_PROVIDERS + ")");
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (GivenProvider provider : providers) {
            try {
                var _ = provider.open(servers, OutboundRules.DEFAULT);
            } catch (Problem e) {
                throw e.reworded(e.code(), "the provider " + provider.type() + ": " + e.detail());
            }
            all.add(provider.json());
        }
        write(workload, PROVIDERS, all);
    }

    private void write(WorkloadRef workload, String name, JsonNode content) {
        byte[] bytes = JsonMapper.shared().writeValueAsBytes(content);
        if (content.size() > MAX_VALUES || bytes.length > MAX_BYTES) {
            throw Problem.tooLarge("variables of workload " + workload + ": " + content.size() + " values of "
                    + bytes.length + " bytes (expected: at most " + MAX_VALUES + " of " + MAX_BYTES + ")");
        }
        Path file = file(workload, name);
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Path next = file.resolveSibling(name + ".tmp");
            Files.deleteIfExists(next);
            Files.createFile(next, SecretFiles.OWNER_ONLY);
            Files.write(next, bytes);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Problem.unavailable("the variables of workload " + workload + " could not be kept: " + e, e);
        }
    }

    /** The names that have a value. */
    public Set<String> names(WorkloadRef workload) {
        return new TreeSet<>(read(workload).propertyNames());
    }

    /** The providers, by what may be shown of them. */
    public List<String> providerNames(WorkloadRef workload) {
        return given(workload).stream().map(GivenProvider::shown).toList();
    }

    /**
     * Gives an app its own values and nobody else's, and then what its own providers have.
     *
     * @param rules which of their servers may be asked
     */
    public List<VariableProvider> of(WorkloadRef workload, OutboundRules rules) {
        Map<String, String> values = new LinkedHashMap<>();
        read(workload)
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asString("")));
        List<VariableProvider> all = new ArrayList<>();
        all.add(name -> Optional.ofNullable(values.get(name)));
        given(workload).forEach(provider -> all.add(provider.open(servers, rules)));
        return all;
    }

    private Path file(WorkloadRef workload, String name) {
        return folder.resolve(workload.namespace()).resolve(workload.name()).resolve(name);
    }

    private List<GivenProvider> given(WorkloadRef workload) {
        Path file = file(workload, PROVIDERS);
        return Files.exists(file)
                ? json(file).valueStream().map(GivenProvider::of).toList()
                : List.of();
    }

    private ObjectNode read(WorkloadRef workload) {
        Path file = file(workload, VALUES);
        if (!Files.exists(file)) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (json(file) instanceof ObjectNode values && values.valueStream().allMatch(JsonNode::isString)) {
            return values;
        }
        throw Problem.invalid(file + ": not a JSON object of texts (expected: {\"NAME\": \"VALUE\"})");
    }

    private static JsonNode json(Path file) {
        try {
            return JsonMapper.shared().readTree(SecretFiles.read(file, MAX_BYTES));
        } catch (JacksonException e) {
            throw Problem.invalid(file + ": not JSON at line " + e.getLocation().getLineNr());
        }
    }

    @Override
    public void close() {
        servers.close();
    }
}
