package dev.polder.wasm.registry;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.internal.CredentialProgram;
import dev.polder.wasm.registry.internal.Fields;
import dev.polder.wasm.registry.internal.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The credentials in Docker's {@code config.json}: {@code auths} with {@code auth}, {@code username} and
 * {@code password}, {@code identitytoken} or {@code registrytoken}, and the programs that {@code credHelpers} and
 * {@code credsStore} name. Read once, at {@link #read}; programs run when a registry asks for credentials.
 */
public final class DockerConfig implements CredentialSource {

    private static final long MAX_BYTES = 1024 * 1024;
    private static final int MAX_ENTRIES = 1000;

    private final Map<String, Credentials> byRegistry;
    private final Map<String, String> helpers;
    private final @Nullable String store;
    private final Path file;

    private DockerConfig(
            Path file, Map<String, Credentials> byRegistry, Map<String, String> helpers, @Nullable String store) {
        this.file = file;
        this.byRegistry = byRegistry;
        this.helpers = helpers;
        this.store = store;
    }

    /** Where Docker keeps it: {@code $DOCKER_CONFIG/config.json}, else {@code ~/.docker/config.json}. */
    public static Path defaultFile() {
        String folder = System.getenv("DOCKER_CONFIG");
        return folder == null || folder.isBlank()
                ? Path.of(System.getProperty("user.home"), ".docker", "config.json")
                : Path.of(folder, "config.json");
    }

    /**
     * Reads a configuration; a file that is not there has no credentials in it.
     *
     * @throws Problem INVALID naming the field, UNAVAILABLE when the file cannot be read
     */
    public static DockerConfig read(Path file) {
        byte[] bytes;
        try {
            if (!Files.exists(file)) {
                return new DockerConfig(file, Map.of(), Map.of(), null);
            }
            if (Files.size(file) > MAX_BYTES) {
                throw Problem.tooLarge(file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw Problem.unavailable(file + ": " + e.getMessage() + " (expected: readable)", e);
        }
        Fields root = Fields.read(bytes, file.toString(), Origin.SECRETS);
        Map<String, String> helpers = new HashMap<>();
        root.textMap("credHelpers", MAX_ENTRIES).forEach((key, helper) -> helpers.put(host(key), helper));
        return new DockerConfig(file, auths(root), Map.copyOf(helpers), root.textOrNull("credsStore"));
    }

    /**
     * Reads a configuration that came from elsewhere, such as a Kubernetes Secret of type {@code
     * kubernetes.io/dockerconfigjson}: its {@code auths} only, for nobody else names programs to run here.
     *
     * @param source what to call it in messages, which show nothing of it
     * @throws Problem INVALID naming the field
     */
    public static CredentialSource parse(byte[] bytes, String source) {
        if (bytes.length > MAX_BYTES) {
            throw Problem.tooLarge(source + ": " + bytes.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        Map<String, Credentials> credentials = auths(Fields.read(bytes, source, Origin.SECRETS));
        return registry -> credentials.getOrDefault(registry, new Credentials.Anonymous());
    }

    private static Map<String, Credentials> auths(Fields root) {
        Map<String, Credentials> credentials = new HashMap<>();
        root.map("auths", MAX_ENTRIES, Fields::object).forEach((key, auth) -> {
            Credentials found = credentials(auth);
            if (!(found instanceof Credentials.Anonymous)) {
                credentials.put(host(key), found);
            }
        });
        return Map.copyOf(credentials);
    }

    /** Keys were URLs once, such as {@code https://HOST/v1/}. */
    private static String host(String key) {
        String rest = key.contains("://") ? key.substring(key.indexOf("://") + 3) : key;
        int slash = rest.indexOf('/');
        return (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
    }

    private static Credentials credentials(Fields auth) {
        if (auth.has("identitytoken") && !auth.text("identitytoken").isEmpty()) {
            return new Credentials.IdentityToken(auth.text("identitytoken"));
        }
        if (auth.has("registrytoken") && !auth.text("registrytoken").isEmpty()) {
            return new Credentials.RegistryToken(auth.text("registrytoken"));
        }
        if (auth.has("auth") && !auth.text("auth").isEmpty()) {
            String decoded = decode(auth);
            int colon = decoded.indexOf(':');
            if (colon < 1) {
                throw auth.wrong("auth", "no user name and colon in it (expected: base64 of USER:PASSWORD)");
            }
            return new Credentials.Basic(decoded.substring(0, colon), decoded.substring(colon + 1));
        }
        if (auth.has("username") && auth.has("password")) {
            return new Credentials.Basic(auth.text("username"), auth.text("password"));
        }
        return new Credentials.Anonymous();
    }

    private static String decode(Fields auth) {
        try {
            return new String(Base64.getDecoder().decode(auth.text("auth").strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // the decoder's message would quote from the secret
            throw auth.wrong("auth", "not base64 (expected: base64 of USER:PASSWORD)");
        }
    }

    @Override
    public Credentials of(String registry) {
        String helper = helpers.get(registry);
        if (helper != null) {
            return CredentialProgram.ask(helper, registry, file + " (credHelpers)");
        }
        Credentials written = byRegistry.get(registry);
        if (written != null) {
            return written;
        }
        return store == null || store.isEmpty()
                ? new Credentials.Anonymous()
                : CredentialProgram.ask(store, registry, file + " (credsStore)");
    }
}
