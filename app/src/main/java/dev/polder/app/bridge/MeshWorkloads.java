package dev.polder.app.bridge;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.ResourceStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Declares an app to the mesh: a Service, a WorkloadEntry with an address of its own, and an HTTPRoute at the gateway.
 *
 * <p>Addresses come from 127.64.0.0/10: loopback on Linux, so that every workload has its own HBONE listener and the
 * certificate is chosen by the original destination, as on a real node.
 */
public final class MeshWorkloads {

    /** The namespace of the gateway and of mesh-wide policies. */
    public static final String SYSTEM_NAMESPACE = "polder-system";

    /** The gateway's name and service account. */
    public static final String GATEWAY = "gateway";

    static final int TARGET_PORT = 8080;

    /** Behind the name of the route of {@link #serveAlso}. */
    private static final String MORE = "-hosts";

    private static final String ROUTES = "gateway.networking.k8s.io/v1";
    private static final String ENTRIES = "networking.istio.io/v1";
    private static final int FIRST = (127 << 24) | (64 << 16);
    private static final int SIZE = 1 << 22;

    /** Gives a workload's address to whoever serves it in this process, and takes it back. */
    public interface Attachment {
        void attach(WorkloadRef workload, String address);

        void detach(WorkloadRef workload, String address);

        /** Returns when requests reach what was declared at an address, or when that takes too long. */
        void awaitRouted(WorkloadRef workload, String address);
    }

    private final ResourceStore store;
    private final Attachment attachment;
    private final ReentrantLock allocation = new ReentrantLock();

    /** @param attachment told before the mesh learns of a workload, so that no request finds nobody */
    public MeshWorkloads(ResourceStore store, Attachment attachment) {
        this.store = store;
        this.attachment = attachment;
    }

    /** The host name under which the gateway serves a workload. */
    public static String hostOf(WorkloadRef workload) {
        return workload.name() + "." + workload.namespace() + ".localhost";
    }

    /** Declares the gateway itself, or moves it to the ports of this start; routes and policies stay as they are. */
    public void declareGateway(int httpPort, int httpsPort) {
        ResourceKey key = new ResourceKey("gateway.networking.k8s.io", "Gateway", SYSTEM_NAMESPACE, GATEWAY);
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("gatewayClassName", "polder");
        var listeners = spec.putArray("listeners");
        ObjectNode http =
                listeners.addObject().put("name", "http").put("port", httpPort).put("protocol", "HTTP");
        http.putObject("allowedRoutes").putObject("namespaces").put("from", "All");
        ObjectNode https = listeners
                .addObject()
                .put("name", "https")
                .put("port", httpsPort)
                .put("protocol", "HTTPS");
        https.put("hostname", "*.localhost");
        // The mesh's own authority issues it, for *.NAMESPACE.localhost of every route.
        https.putObject("tls").put("mode", "Terminate").putObject("options").put("polder.dev/issuer", "mesh-ca");
        https.putObject("allowedRoutes").putObject("namespaces").put("from", "All");
        Resource gateway = Resource.of(ROUTES, "Gateway", SYSTEM_NAMESPACE, GATEWAY, spec);
        Optional<Resource> stored = store.get(key);
        if (stored.isEmpty() || !ports(stored.get()).equals(ports(gateway))) {
            store.apply(gateway);
        }
    }

    /** Declares what is missing of the workload; calling it again changes nothing. Returns its address. */
    public String declare(WorkloadRef workload) {
        allocation.lock();
        try {
            String address = addressOf(workload).orElseGet(() -> free(workload));
            attachment.attach(workload, address);
            // What is there stays: people may have changed a route or a port since.
            List<Resource> missing = Stream.of(
                            serviceAccount(workload), service(workload), entry(workload, address), route(workload))
                    .filter(resource -> store.get(resource.key()).isEmpty())
                    .toList();
            if (!missing.isEmpty()) {
                store.applyAll(missing);
            }
            return address;
        } finally {
            allocation.unlock();
        }
    }

    /** As {@link #declare}, and returns when the gateway serves it, so that who is told the URL can use it. */
    public void serve(WorkloadRef workload) {
        attachment.awaitRouted(workload, declare(workload));
    }

    /**
     * Lets the gateway serve a workload under more hosts than its own, below a path; none takes them back.
     *
     * @param hosts names, which may begin with {@code *.}
     */
    public void serveAlso(WorkloadRef workload, List<String> hosts, String pathPrefix) {
        String name = workload.name() + MORE;
        ResourceKey key = new ResourceKey("gateway.networking.k8s.io", "HTTPRoute", workload.namespace(), name);
        if (hosts.isEmpty()) {
            store.delete(key, 0);
            return;
        }
        ObjectNode spec = routeSpec(workload, hosts, pathPrefix);
        store.apply(Resource.of(ROUTES, "HTTPRoute", workload.namespace(), name, spec)
                .with(metadata(workload, name)));
    }

    /**
     * Lets a Service that people declared lead to a workload, when it selects nothing yet.
     *
     * @throws Problem NOT_FOUND when it is not there, CONFLICT when it selects something else
     */
    public void leadTo(WorkloadRef workload, String serviceName) {
        ResourceKey key = new ResourceKey("", "Service", workload.namespace(), serviceName);
        Resource service = store.get(key)
                .orElseThrow(() -> Problem.notFound(key + ": not found (expected: one that was applied)"));
        String selected = service.spec().path("selector").path("app").asString("");
        if (selected.equals(workload.name())) {
            return;
        }
        if (!service.spec().path("selector").isEmpty()) {
            throw Problem.conflict(key + ": it selects " + service.spec().path("selector")
                    + " (expected: no selector, or" + " app: " + workload.name() + ")");
        }
        ObjectNode fields = service.fields().deepCopy();
        ((ObjectNode) fields.path("spec")).putObject("selector").put("app", workload.name());
        store.apply(new Resource(service.apiVersion(), service.kind(), service.metadata(), fields, service.status()));
    }

    /** Takes the workload out of the mesh. */
    public void withdraw(WorkloadRef workload) {
        Optional<String> address = addressOf(workload);
        for (ResourceKey key : List.of(
                new ResourceKey("gateway.networking.k8s.io", "HTTPRoute", workload.namespace(), workload.name()),
                new ResourceKey("gateway.networking.k8s.io", "HTTPRoute", workload.namespace(), workload.name() + MORE),
                new ResourceKey("", "Service", workload.namespace(), workload.name()),
                new ResourceKey("networking.istio.io", "WorkloadEntry", workload.namespace(), workload.name()),
                new ResourceKey("", "ServiceAccount", workload.namespace(), workload.name()))) {
            store.delete(key, 0);
        }
        address.ifPresent(gone -> attachment.detach(workload, gone));
    }

    /** The address of a declared workload. */
    public Optional<String> addressOf(WorkloadRef workload) {
        return store.get(new ResourceKey("networking.istio.io", "WorkloadEntry", workload.namespace(), workload.name()))
                .map(entry -> entry.spec().path("address").asString(""))
                .filter(address -> !address.isEmpty());
    }

    private String free(WorkloadRef workload) {
        Set<String> taken = store.list("networking.istio.io", "WorkloadEntry", null).items().stream()
                .map(entry -> entry.spec().path("address").asString(""))
                .collect(Collectors.toSet());
        byte[] hash = Digest.sha256().digest(workload.toString().getBytes(StandardCharsets.UTF_8));
        int start = ((hash[0] & 0xff) << 16 | (hash[1] & 0xff) << 8 | (hash[2] & 0xff)) % SIZE;
        for (int i = 0; i < SIZE; i++) {
            int address = FIRST + (start + i) % SIZE;
            int last = address & 0xff;
            String text = (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + last;
            if (last != 0 && last != 255 && !taken.contains(text)) {
                return text;
            }
        }
        throw Problem.unavailable("no free address in 127.64.0.0/10", null);
    }

    private static Set<Integer> ports(Resource gateway) {
        return gateway.spec()
                .path("listeners")
                .valueStream()
                .map(listener -> listener.path("port").asInt(0))
                .collect(Collectors.toSet());
    }

    private static Resource serviceAccount(WorkloadRef workload) {
        return new Resource(
                "v1",
                "ServiceAccount",
                metadata(workload),
                JsonNodeFactory.instance.objectNode(),
                JsonNodeFactory.instance.objectNode());
    }

    private static Resource service(WorkloadRef workload) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.putObject("selector").put("app", workload.name());
        spec.putArray("ports")
                .addObject()
                .put("name", "http")
                .put("port", 80)
                .put("targetPort", TARGET_PORT)
                .put("appProtocol", "http");
        return Resource.of("v1", "Service", workload.namespace(), workload.name(), spec)
                .with(metadata(workload));
    }

    private static Resource entry(WorkloadRef workload, String address) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("address", address);
        spec.putObject("labels").put("app", workload.name()).put("networking.istio.io/tunnel", "http");
        spec.put("serviceAccount", workload.name());
        spec.putObject("ports").put("http", TARGET_PORT);
        return Resource.of(ENTRIES, "WorkloadEntry", workload.namespace(), workload.name(), spec)
                .with(metadata(workload));
    }

    private static Resource route(WorkloadRef workload) {
        ObjectNode spec = routeSpec(workload, List.of(hostOf(workload)), "/");
        return Resource.of(ROUTES, "HTTPRoute", workload.namespace(), workload.name(), spec)
                .with(metadata(workload, workload.name()));
    }

    private static ObjectNode routeSpec(WorkloadRef workload, List<String> hosts, String pathPrefix) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.putArray("parentRefs").addObject().put("name", GATEWAY).put("namespace", SYSTEM_NAMESPACE);
        var hostnames = spec.putArray("hostnames");
        hosts.forEach(hostnames::add);
        ObjectNode rule = spec.putArray("rules").addObject();
        rule.putArray("matches")
                .addObject()
                .putObject("path")
                .put("type", "PathPrefix")
                .put("value", pathPrefix);
        rule.putArray("backendRefs").addObject().put("name", workload.name()).put("port", 80);
        return spec;
    }

    private static Resource.Metadata metadata(WorkloadRef workload) {
        return metadata(workload, workload.name());
    }

    private static Resource.Metadata metadata(WorkloadRef workload, String name) {
        return new Resource.Metadata(
                name,
                workload.namespace(),
                Map.of("app", workload.name(), "app.kubernetes.io/managed-by", "polder"),
                Map.of(),
                "",
                0,
                0,
                null);
    }
}
