package dev.polder.wasm.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What an instance gets for its imports: things of its own store, by module and name. Immutable. */
public final class Imports {

    /** Nothing at all. */
    public static final Imports NONE = new Imports(Map.of());

    private final Map<HostFunctions.Name, WasmExtern> externs;

    private Imports(Map<HostFunctions.Name, WasmExtern> externs) {
        this.externs = externs;
    }

    public static Builder builder() {
        return new Builder();
    }

    public Optional<WasmExtern> find(String module, String name) {
        return Optional.ofNullable(externs.get(new HostFunctions.Name(module, name)));
    }

    /** Collects imports; a later one replaces an earlier one of the same name. */
    public static final class Builder {
        private final Map<HostFunctions.Name, WasmExtern> externs = new HashMap<>();

        public Builder add(String module, String name, WasmExtern extern) {
            externs.put(new HostFunctions.Name(module, name), extern);
            return this;
        }

        /** All exports of an instance, under {@code module}. */
        public Builder addInstance(String module, WasmInstance instance) {
            for (ExportType export : instance.module().exports()) {
                instance.export(export.name()).ifPresent(e -> add(module, export.name(), e));
            }
            return this;
        }

        public Imports build() {
            return new Imports(Map.copyOf(externs));
        }
    }
}
