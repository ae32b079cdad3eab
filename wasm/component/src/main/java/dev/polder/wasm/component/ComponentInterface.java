package dev.polder.wasm.component;

import java.util.List;
import java.util.Map;

/**
 * An interface that a component imports or exports.
 *
 * @param name with its version, {@code wasi:http/types@0.2.3}; {@code ""} for what is imported or exported by itself
 * @param implemented the interface that an import by another name is, {@code wasi:keyvalue/store@0.2.0-draft2} imported as
 *     {@code cache}; else the name, without what marks the imports of a part of a composition
 * @param functions by name, in order
 * @param resources names of the resources that it has
 */
public record ComponentInterface(
        String name, String implemented, Map<String, FuncType> functions, List<String> resources) {

    public ComponentInterface {
        functions = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(functions));
        resources = List.copyOf(resources);
    }
}
