package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values that people gave to the variables of one app, each app's in a file of its own that only Polder's user can read.
 * They outlive versions; a version gets those that are there when it is prepared. Values are never shown. Blocking; for
 * any thread.
 */
public final class AppVariables {

    private static final int MAX_VALUES = 1000;
    private static final long MAX_BYTES = 4 << 20;

    private final Path folder;

    /** @param folder holds a folder for each namespace, and in it one for each app */
    public AppVariables(Path folder) {
        this.folder = folder;
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
        byte[] bytes = JsonMapper.shared().writeValueAsBytes(all);
        if (all.size() > MAX_VALUES || bytes.length > MAX_BYTES) {
            throw Problem.tooLarge("variables of workload " + workload + ": " + all.size() + " values of "
                    + bytes.length + " bytes (expected: at most " + MAX_VALUES + " of " + MAX_BYTES + ")");
        }
        Path file = file(workload);
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Path next = file.resolveSibling(file.getFileName() + ".tmp");
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

    /** Gives an app its own values and nobody else's. */
    public VariableProvider of(WorkloadRef workload) {
        Map<String, String> values = new LinkedHashMap<>();
        read(workload)
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asString("")));
        return name -> Optional.ofNullable(values.get(name));
    }

    private Path file(WorkloadRef workload) {
        return folder.resolve(workload.namespace()).resolve(workload.name()).resolve("variables.json");
    }

    private ObjectNode read(WorkloadRef workload) {
        Path file = file(workload);
        if (!Files.exists(file)) {
            return JsonNodeFactory.instance.objectNode();
        }
        String text = SecretFiles.read(file, MAX_BYTES);
        try {
            if (JsonMapper.shared().readTree(text) instanceof ObjectNode values
                    && values.valueStream().allMatch(JsonNode::isString)) {
                return values;
            }
        } catch (JacksonException e) {
            throw Problem.invalid(file + ": not JSON at line " + e.getLocation().getLineNr());
        }
        throw Problem.invalid(file + ": not a JSON object of texts (expected: {\"NAME\": \"VALUE\"})");
    }
}
