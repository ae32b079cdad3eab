package dev.polder.wasm.service;

import java.util.Map;
import java.util.Optional;

/**
 * Where the values of a wasmCloud workload come from that its manifest only names. Asked when a version is prepared, on a
 * thread that may block; values are kept in memory only.
 */
public interface ConfigSource {

    /** The entries of a ConfigMap, or empty when there is none of this name. */
    Optional<Map<String, String>> configMap(String namespace, String name);

    /**
     * The decoded entries of a Secret, or empty when there is none of this name.
     *
     * @throws dev.polder.kernel.model.Problem INVALID when an entry is no UTF-8 text; no value is in its message
     */
    Optional<Map<String, String>> secret(String namespace, String name);

    /** Has nothing. */
    ConfigSource NONE = new ConfigSource() {
        @Override
        public Optional<Map<String, String>> configMap(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Map<String, String>> secret(String namespace, String name) {
            return Optional.empty();
        }
    };
}
