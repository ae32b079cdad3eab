package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The key-value stores of one app by label: those that the operator put elsewhere, and the embedded one for all others.
 * Safe for any thread.
 */
public final class KeyValueStores implements AutoCloseable {

    /** Granted in place of labels: every store of the app by whatever name, as wasmCloud has it. */
    public static final String ANY = "*";

    private final Map<String, KeyValueBackend> elsewhere;
    private final Path file;
    private final KeyValueLimits limits;
    private final ConcurrentHashMap<String, KeyValueBackend> opened;
    private final String prefix;

    private KeyValueStores(
            Map<String, KeyValueBackend> elsewhere,
            Path file,
            KeyValueLimits limits,
            ConcurrentHashMap<String, KeyValueBackend> opened,
            String prefix) {
        this.elsewhere = Map.copyOf(elsewhere);
        this.file = file;
        this.limits = limits;
        this.opened = opened;
        this.prefix = prefix;
    }

    /**
     * Stores in a folder of the app's own; the file is made when a store is first opened.
     *
     * @param elsewhere back ends by label, closed with this
     */
    public static KeyValueStores in(Path folder, KeyValueLimits limits, Map<String, KeyValueBackend> elsewhere) {
        return new KeyValueStores(elsewhere, folder.resolve("key-value.db"), limits, new ConcurrentHashMap<>(), "");
    }

    /**
     * The same stores by other labels, so that what is opened by one entry of a manifest is not what is opened by another:
     * {@code ENTRY_IDENTIFIER}. Whoever closes these closes those of all entries.
     */
    KeyValueStores of(String entry) {
        return new KeyValueStores(elsewhere, file, limits, opened, entry + "_");
    }

    /** The label of what a guest opens by an identifier. */
    String label(String identifier) {
        return prefix + identifier;
    }

    /** @throws Problem UNAVAILABLE when the embedded store cannot be opened */
    KeyValueBackend backend(String label) {
        @Nullable KeyValueBackend other = elsewhere.get(label);
        return other != null ? other : opened.computeIfAbsent("", _ -> SqliteKeyValue.open(file, limits));
    }

    /**
     * Sets the value of a key, whoever is granted the store.
     *
     * @throws Problem INVALID or TOO_LARGE past the limits, UNAVAILABLE
     */
    public void set(String label, String key, byte[] value) {
        backend(label).set(label, key, value);
    }

    /** What stands in a store; nothing while the embedded one was never opened. Empty for one that does not tell. */
    public Optional<KeyValueBackend.Use> use(String label) {
        return elsewhere.containsKey(label) || Files.exists(file)
                ? backend(label).use(label)
                : Optional.of(new KeyValueBackend.Use(0, 0));
    }

    KeyValueLimits limits() {
        return limits;
    }

    @Override
    public void close() {
        opened.values().forEach(KeyValueBackend::close);
        elsewhere.values().forEach(KeyValueBackend::close);
    }
}
