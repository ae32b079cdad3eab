package dev.polder.app.config;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.kernel.model.YamlReader;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Brings file, environment and flags together and checks what one key alone cannot know. */
final class ConfigReader {

    private static final String PREFIX = "POLDER_";
    private static final int MAX_BYTES = 1024 * 1024;

    private final Mistakes mistakes = new Mistakes();
    private final ConfigTree tree;

    private ConfigReader(@Nullable YamlDocument file) {
        this.tree = new ConfigTree(file, mistakes);
    }

    static PolderConfig read(@Nullable Path file, Map<String, String> environment, Map<String, ?> flags) {
        ConfigReader reader = new ConfigReader(file == null ? null : documentIn(file));
        Map<String, String> keys = keysByFlatName();
        reader.layEnvironment(environment, keys);
        reader.layFlags(flags, List.copyOf(keys.values()));
        PolderConfig config = reader.bind();
        reader.mistakes.throwIfAny();
        return config;
    }

    private static @Nullable YamlDocument documentIn(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw Problem.notFound("configuration file " + file + ": not there");
        } catch (IOException e) {
            throw Problem.unavailable("configuration file " + file + ": " + e.getMessage(), e);
        }
        List<YamlDocument> documents =
                YamlReader.read(file.toString(), bytes, new YamlReader.Limits(MAX_BYTES, 10_000, 20));
        if (documents.size() > 1) {
            throw Problem.invalid(
                    documents.size() + " documents (expected: one)",
                    documents.get(1).where(""));
        }
        return documents.isEmpty() ? null : documents.getFirst();
    }

    /** {@code PORTSPORTAL} to {@code ports.portal}: environments know neither dots nor small letters. */
    static Map<String, String> keysByFlatName() {
        Map<String, String> keys = new LinkedHashMap<>();
        collect(PolderConfig.class, "", keys);
        return keys;
    }

    private static void collect(Class<?> type, String path, Map<String, String> keys) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = Binder.join(path, component.getName());
            Class<?> child = component.getType();
            if (child.isRecord() && child != Secret.class) {
                collect(child, key, keys);
            } else if (child != Map.class) { // names are free there: for the file only

                keys.put(flat(key), key);
            }
        }
    }

    private static String flat(String key) {
        return key.replace(".", "").replace("_", "").toUpperCase(Locale.ROOT);
    }

    /** Other programs of the project have variables of their own, so only what looks like a slip is a mistake. */
    private void layEnvironment(Map<String, String> environment, Map<String, String> keys) {
        environment.forEach((name, value) -> {
            if (!name.startsWith(PREFIX)) {
                return;
            }
            String written = flat(name.substring(PREFIX.length()));
            String key = keys.get(written);
            if (key != null) {
                lay(key, value, Where.of("environment " + name));
            } else {
                Nearest.find(written, keys.keySet(), 2)
                        .ifPresent(near -> mistakes.add(
                                Where.of("environment " + name),
                                "unknown (did you mean the one for " + keys.get(near) + "?)"));
            }
        });
    }

    private void layFlags(Map<String, ?> flags, List<String> keys) {
        flags.forEach((key, value) -> {
            if (keys.contains(key)) {
                lay(key, value, Where.of("flag"));
            } else {
                mistakes.add(Where.of("flag"), "unknown key \"" + key + "\"" + Nearest.hint(key, keys));
            }
        });
    }

    /** Shifting all ports is stronger than single ports of weaker sources, which were meant for one instance. */
    private void lay(String key, Object value, Where where) {
        if (key.equals("portsFrom") && !tree.isOverridden(key)) {
            tree.remove("ports");
        }
        tree.override(key, value, where);
    }

    private PolderConfig bind() {
        // The shift decides the defaults of the ports, so it is read first and by itself.
        var shift = tree.root().get("portsFrom");
        PolderConfig defaults = PolderConfig.DEFAULT;
        if (shift != null) {
            int first = shift.isIntegralNumber() ? shift.asInt(0) : digits(shift.asString(""));
            if (first > 0 && first <= 65535 - Ports.COUNT + 1) {
                defaults = defaults.portsFrom(first);
            }
        }
        PolderConfig config =
                (PolderConfig) new Binder(tree, mistakes).bind(PolderConfig.class, defaults, tree.root(), "");
        checkTogether(config);
        return config;
    }

    private static int digits(String text) {
        return text.strip().matches("\\d{1,6}") ? Integer.parseInt(text.strip()) : 0;
    }

    private void checkTogether(PolderConfig config) {
        config.ports()
                .clashes()
                .forEach(clash -> mistakes.add(tree.where("ports"), clash + " (expected: different ports)"));
        PolderConfig.StoreSettings store = config.store();
        boolean postgresql = store.kind() == PolderConfig.StoreSettings.Kind.POSTGRESQL;
        if (postgresql && (store.url() == null || store.user() == null)) {
            mistakes.add(tree.where("store"), "postgresql without url or user (expected: both)");
        }
        if (!postgresql && store.url() != null) {
            mistakes.add(tree.where("store.url"), "a url with kind sqlite (expected: kind postgresql)");
        }
        PolderConfig.Tls tls = config.mesh().tls();
        if ((tls.certificate() == null) != (tls.key() == null)) {
            mistakes.add(tree.where("mesh.tls"), "a certificate or a key alone (expected: both)");
        }
        check("wasm.outbound", config.wasm().outbound());
        config.wasm().apps().forEach((name, app) -> check("wasm.apps." + name + ".outbound", app.outbound()));
        for (int i = 0; i < config.auth().tokens().size(); i++) {
            PolderConfig.Token token = config.auth().tokens().get(i);
            if ((token.token() == null) == (token.tokenFile() == null)) {
                mistakes.add(
                        tree.where("auth.tokens[" + i + "]"),
                        "token and tokenFile: both or none (expected: one of them)");
            }
        }
    }

    private void check(String path, PolderConfig.Wasm.Outbound outbound) {
        check(path + ".networks", outbound.networks(), entry -> NetworkRules.of(List.of(entry), List.of()));
        check(path + ".blocked", outbound.blocked(), entry -> NetworkRules.of(List.of(), List.of(entry)));
    }

    private void check(String path, List<String> entries, Function<String, NetworkRules> reading) {
        for (int i = 0; i < entries.size(); i++) {
            try {
                var _ = reading.apply(entries.get(i));
            } catch (Problem e) {
                mistakes.add(tree.where(path + "[" + i + "]"), e.detail());
            }
        }
    }
}
