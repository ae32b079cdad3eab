package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the serving version of an app is made of, as its manifest and its wasm files say. Immutable.
 *
 * @param name the application's name in the manifest
 * @param version {@code ""} when none is written
 * @param components in the order of the manifest
 * @param triggers of every kind in the order of the manifest, private and static ones included
 * @param variables of the application, in the order of the manifest
 */
public record AppInventory(
        String name, String version, List<Part> components, List<Trigger> triggers, List<Variable> variables) {

    public AppInventory {
        components = List.copyOf(components);
        triggers = List.copyOf(triggers);
        variables = List.copyOf(variables);
    }

    /**
     * A component of the app.
     *
     * @param source where the wasm file came from, as written
     * @param digest of the wasm file
     * @param bytes its length
     * @param isComponent whether it is a component; if not, it is a core module
     * @param imports by interface, in its own order
     * @param exports names of interfaces, or of functions of a core module
     * @param unused what the manifest grants and nothing of it asks for
     * @param stores labels of its key-value stores
     * @param databases labels of its SQLite databases
     */
    public record Part(
            String id,
            String source,
            Digest digest,
            int bytes,
            boolean isComponent,
            WasmProducers producers,
            List<Import> imports,
            List<String> exports,
            List<Grant> unused,
            List<String> stores,
            List<String> databases) {
        public Part {
            imports = List.copyOf(imports);
            exports = List.copyOf(exports);
            unused = List.copyOf(unused);
            stores = List.copyOf(stores);
            databases = List.copyOf(databases);
        }
    }

    /**
     * An interface that a component asks for.
     *
     * @param name with its package and version, {@code wasi:http/types@0.2.3}; the module's name for a core module
     * @param functions what it uses of it
     */
    public record Import(String name, List<String> functions, Grant grant) {
        public Import {
            functions = List.copyOf(functions);
        }
    }

    /** Whether an interface may be used. */
    public enum Access {
        /** Every instance has it, and it reaches nothing outside of the instance. */
        ALWAYS,
        GRANTED,
        /** It is there, and every use of it is refused. */
        NOT_GRANTED
    }

    /**
     * Who gave it.
     *
     * @param key of the manifest's component, {@code allowed_outbound_hosts}; {@code ""} for {@link Access#ALWAYS}
     * @param values what stands there, as far as it concerns the interface
     */
    public record Grant(Access access, String key, List<String> values) {
        public Grant {
            values = List.copyOf(values);
        }
    }

    /**
     * What makes a component run.
     *
     * @param kind {@code http}, {@code redis}, {@code cron}, {@code mqtt}
     * @param source the route, channel, times or topic as written; null for a private HTTP endpoint
     * @param executor {@code http}, {@code wagi} or {@code static} for HTTP, {@code ""} for others
     * @param component {@code ""} when the host itself answers
     */
    public record Trigger(String id, String kind, @Nullable String source, String executor, String component) {}

    /**
     * A variable of the application. Only what stands in the manifest is ever shown: a value from elsewhere, or one that
     * is called secret, is not here.
     *
     * @param fromManifest whether the manifest's default holds
     * @param value null unless it is the manifest's default and no secret
     */
    public record Variable(
            String name,
            boolean required,
            boolean secret,
            boolean fromManifest,
            @Nullable String value) {}
}
