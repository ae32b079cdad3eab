package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.Reference;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the packages of wasm-pkg-tools are. Source: its registry metadata and OCI back end. */
public final class PackageNames {

    private static final String METADATA = "/.well-known/wasm-pkg/registry.json";
    private static final int MAX_METADATA = 64 * 1024;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,127}:[a-z][a-z0-9-]{0,127}");
    private static final Set<Integer> NO_METADATA = Set.of(301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 410);

    private PackageNames() {}

    /** @param prefix in front of the repository, such as {@code components/}; may be empty */
    public static Reference reference(String host, String prefix, String packageName, String version) {
        if (!NAME.matcher(packageName).matches()) {
            throw Problem.invalid("package: \"" + Answer.printable(packageName) + "\" (expected: NAMESPACE:NAME)");
        }
        // a tag has no +, which a version may have for its build
        return new Reference(host, prefix + packageName.replace(':', '/'), version.replace('+', '_'), null);
    }

    /** Asks the host where its packages are; a host that does not say has them itself. */
    public static Reference resolve(Api api, String host, String packageName, String version) {
        URI uri = api.addresses().base().resolve(METADATA);
        Set<Integer> accepted = new HashSet<>(NO_METADATA);
        accepted.add(200);
        Call call =
                new Call("GET", uri, Map.of(), HttpRequest.BodyPublishers.noBody(), null, true, Set.copyOf(accepted));
        byte[] json;
        try (Answer answer = api.send(call)) {
            if (answer.status() != 200) {
                return reference(host, "", packageName, version);
            }
            json = answer.bytes(MAX_METADATA, "metadata");
        } catch (IOException e) {
            throw api.broken(call, e);
        }
        Fields root = Fields.read(json, Addresses.shown(uri), Origin.REGISTRY);
        String protocol = root.textOrNull("preferredProtocol");
        if (protocol != null && !protocol.equals("oci")) {
            throw root.unsupported("preferredProtocol", "\"" + Answer.printable(protocol) + "\" (expected: \"oci\")");
        }
        @Nullable String registry = root.textOrNull("ociRegistry");
        @Nullable String prefix = root.textOrNull("ociNamespacePrefix");
        if (root.has("oci")) {
            Fields oci = root.object("oci");
            registry = oci.has("registry") ? oci.text("registry") : registry;
            prefix = oci.has("namespacePrefix") ? oci.text("namespacePrefix") : prefix;
        }
        return reference(registry == null ? host : registry, prefix == null ? "" : prefix, packageName, version);
    }
}
