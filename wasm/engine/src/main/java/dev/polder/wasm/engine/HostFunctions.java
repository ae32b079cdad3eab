package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A set of host functions by module and name; immutable. */
public final class HostFunctions {

    /** A host function with its type. */
    public record Definition(FunctionType type, HostFunction function) {}

    /** The two-part name of an import. */
    public record Name(String module, String name) {
        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /** Nothing at all. */
    public static final HostFunctions NONE = new HostFunctions(Map.of());

    private final Map<Name, Definition> definitions;

    private HostFunctions(Map<Name, Definition> definitions) {
        this.definitions = definitions;
    }

    public static Builder builder() {
        return new Builder();
    }

    public Optional<Definition> find(String module, String name) {
        return Optional.ofNullable(definitions.get(new Name(module, name)));
    }

    public Map<Name, Definition> definitions() {
        return definitions;
    }

    /** These and those; the same name in both is a defect of the caller. */
    public HostFunctions and(HostFunctions others) {
        Builder both = builder();
        definitions.forEach((n, d) -> both.add(n.module(), n.name(), d.type(), d.function()));
        others.definitions.forEach((n, d) -> both.add(n.module(), n.name(), d.type(), d.function()));
        return both.build();
    }

    /** Collects host functions. */
    public static final class Builder {
        private final Map<Name, Definition> definitions = new LinkedHashMap<>();

        public Builder add(String module, String name, FunctionType type, HostFunction function) {
            Name key = new Name(module, name);
            if (definitions.putIfAbsent(key, new Definition(type, function)) != null) {
                throw Problem.internal("host function " + key + " is defined twice", null);
            }
            return this;
        }

        public HostFunctions build() {
            return new HostFunctions(Map.copyOf(definitions));
        }
    }
}
