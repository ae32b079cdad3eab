package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.WasiBlobstore;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a wasmCloud {@code WorkloadDeployment} of {@value #API_VERSION} asks for. All of it is read and checked; what has
 * no effect here stands in {@link #notices} with its field.
 *
 * <p>Source: the custom resource definitions of wasmCloud 2. Config maps and secrets are named here, never held.
 *
 * @param replicas 0 stops the workload; any other number is one, since an instance is made for each request
 * @param components in the order written; none when there is only a service
 * @param volumes names of folders that live as long as the workload runs
 * @param kubernetesService the Service that is to lead to it besides its own, or null
 */
public record WasmcloudWorkload(
        WorkloadRef workload,
        int replicas,
        List<Component> components,
        @Nullable Service service,
        List<HostInterface> hostInterfaces,
        List<String> volumes,
        @Nullable String kubernetesService,
        List<String> notices) {

    public static final String GROUP = "runtime.wasmcloud.dev";
    public static final String API_VERSION = GROUP + "/v1alpha1";
    public static final String KIND = "WorkloadDeployment";

    static final List<String> MESSAGING = List.of("wasmcloud:messaging", "wasi:messaging");
    static final List<String> HANDLERS = List.of("handler", "incoming-handler");
    static final String SUBSCRIPTIONS = "subscriptions";
    static final String ADDRESS = "address";
    static final String BUCKETS = "buckets";

    /** The name that the service has among the wasm files of its workload. */
    public static final String SERVICE = "service";

    public WasmcloudWorkload {
        components = List.copyOf(components);
        hostInterfaces = List.copyOf(hostInterfaces);
        volumes = List.copyOf(volumes);
        notices = List.copyOf(notices);
    }

    /** Reads the resource. INVALID that lists every mistake as {@code path: found (expected: …)}, joined by "; ". */
    public static WasmcloudWorkload of(Resource resource) {
        return new WasmcloudReader()
                .read(
                        new WorkloadRef(
                                resource.metadata().namespace(),
                                resource.metadata().name()),
                        resource.spec());
    }

    /** The text that is kept of a deployed one, read by {@link #parse}. */
    public static String text(Resource resource) {
        ObjectNode root = resource.spec().objectNode();
        root.put("apiVersion", API_VERSION).put("kind", KIND);
        root.putObject("metadata")
                .put("namespace", resource.metadata().namespace())
                .put("name", resource.metadata().name());
        root.set("spec", resource.spec());
        return root.toString();
    }

    static WasmcloudWorkload parse(JsonNode root) {
        JsonNode metadata = root.path("metadata");
        if (!(root.path("spec") instanceof ObjectNode spec)) {
            throw Problem.invalid("a kept workload without spec (expected: " + KIND + " of " + API_VERSION + ")");
        }
        return new WasmcloudReader()
                .read(
                        new WorkloadRef(
                                metadata.path("namespace").asString(""),
                                metadata.path("name").asString("")),
                        spec);
    }

    /** Whether the text of a manifest is {@link #text}, and not a {@code spin.toml}. */
    static boolean isText(String manifest) {
        return manifest.startsWith("{");
    }

    /** How HTTP requests come; empty when none do. */
    public Optional<HostInterface> http() {
        return hostInterfaces.stream()
                .filter(declared -> declared.name().equals("wasi:http")
                        && declared.interfaces().contains("incoming-handler"))
                .findFirst();
    }

    /** Whether an entry of {@code hostInterfaces} has this {@code namespace:package}. */
    boolean declares(String name) {
        return hostInterfaces.stream().anyMatch(declared -> declared.name().equals(name));
    }

    /** Whether components get it by the interface's own name: the entry without a name does, or the only one. */
    boolean isOwn(HostInterface declared) {
        return declared.entry().isEmpty()
                || hostInterfaces.stream()
                                .filter(other -> other.name().equals(declared.name()))
                                .count()
                        == 1;
    }

    /** The broker of its messages: {@code nats://…}, {@code ""} for the one inside Polder; null when it has none. */
    public @Nullable String broker() {
        return hostInterfaces.stream()
                .filter(declared -> MESSAGING.contains(declared.name()) && isOwn(declared))
                .findFirst()
                .map(declared -> declared.config().inline().getOrDefault(ADDRESS, ""))
                .orElse(null);
    }

    /** The entries whose messages components are to handle. */
    List<HostInterface> handlers() {
        return hostInterfaces.stream()
                .filter(declared -> MESSAGING.contains(declared.name())
                        && declared.interfaces().stream().anyMatch(HANDLERS::contains))
                .toList();
    }

    boolean handlesMessages() {
        return !handlers().isEmpty();
    }

    /** Messages of a subject, with the wildcards of NATS, at a broker as {@link #broker} names it. */
    record Subscription(String broker, String subject) {}

    /** What a component handles if it has a handler. */
    List<Subscription> subscriptions(Component component) {
        return handlers().stream()
                .flatMap(declared -> {
                    Map<String, String> config = declared.config().inline();
                    String shared = config.getOrDefault(SUBSCRIPTIONS, "");
                    String subjects = component.resources().config().getOrDefault(SUBSCRIPTIONS, shared);
                    return list(subjects).stream()
                            .map(subject -> new Subscription(config.getOrDefault(ADDRESS, ""), subject));
                })
                .distinct()
                .toList();
    }

    /** Names of the containers of blobs that it may use: as the interface's own name has them, {@code ENTRY_NAME} of others. */
    List<String> buckets() {
        return hostInterfaces.stream()
                .filter(declared -> declared.name().equals("wasi:blobstore"))
                .flatMap(declared -> buckets(declared.config().inline()).stream()
                        .map(name -> isOwn(declared) ? name : declared.entry() + "_" + name))
                .toList();
    }

    /** Those of one entry. */
    static List<String> buckets(Map<String, String> config) {
        String named = config.get(BUCKETS);
        return named == null ? List.of(WasiBlobstore.ANY) : list(named);
    }

    /** The parts between commas. */
    static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .distinct()
                .toList();
    }

    /** The kind of resources that {@code artifactFrom} names. */
    public static final String ARTIFACT_KIND = "Artifact";

    /** An {@code Artifact}: an image that workloads name by it. */
    public record Artifact(String image, @Nullable String pullSecret) {

        /** Reads the resource. INVALID that lists every mistake as {@code path: found (expected: …)}, joined by "; ". */
        public static Artifact of(Resource resource) {
            return WasmcloudReader.artifact(resource.spec());
        }
    }

    /**
     * The names of the config maps, secrets and artifacts that its values and images come from.
     *
     * @param kind {@code ConfigMap}, {@code Secret} or {@link #ARTIFACT_KIND}
     */
    public Set<String> uses(String kind) {
        Set<String> names = new LinkedHashSet<>();
        components.forEach(component -> use(kind, component.image(), component.resources(), names));
        if (service != null) {
            use(kind, service.image(), service.resources(), names);
        }
        hostInterfaces.forEach(declared -> names.addAll(declared.config().names(kind)));
        return names;
    }

    private static void use(String kind, Image image, LocalResources resources, Set<String> names) {
        names.addAll(resources.environment().names(kind));
        if (kind.equals(ARTIFACT_KIND) && image.artifact() != null) {
            names.add(image.artifact());
        }
    }

    /**
     * Where a wasm file is pulled from.
     *
     * @param artifact the {@code Artifact} of the workload's namespace that says which image it is, or null when {@code
     *     reference} does
     */
    public record Image(
            String path,
            String reference,
            @Nullable String artifact,
            @Nullable String pullSecret,
            Pull pull) {}

    /** When the registry is asked. */
    public enum Pull {
        ALWAYS,
        IF_NOT_PRESENT,
        NEVER
    }

    /**
     * What answers requests or handles messages, as its wasm file exports.
     *
     * @param path where it stands in the resource
     * @param instanceRequests how many an instance serves one after the other; 0 for what the operator set
     */
    public record Component(String path, String name, Image image, LocalResources resources, int instanceRequests) {}

    /**
     * What runs as long as the workload does, and is its localhost.
     *
     * @param maxRestarts how often it is started again after it ended
     */
    public record Service(Image image, int maxRestarts, LocalResources resources) {}

    /**
     * What one wasm file is given.
     *
     * @param config values of {@code wasi:config}, over those of the interface
     * @param allowedHosts patterns such as {@code https://*.example.com:443}
     * @param allowedNames names that may be looked up: {@code *}, {@code *.suffix}, a name or an address
     * @param hostPorts patterns of ports of the machine's own 127.0.0.1, which the operator has to open
     * @param memoryBytes 0 for the limit that the operator sets, which is the most
     */
    public record LocalResources(
            List<Mount> mounts,
            Layer environment,
            Map<String, String> config,
            List<String> allowedHosts,
            List<String> allowedNames,
            List<String> hostPorts,
            long memoryBytes) {
        static final LocalResources NONE =
                new LocalResources(List.of(), Layer.NONE, Map.of(), List.of(), List.of(), List.of(), 0);

        public LocalResources {
            mounts = List.copyOf(mounts);
            config = Map.copyOf(config);
            allowedHosts = List.copyOf(allowedHosts);
            allowedNames = List.copyOf(allowedNames);
            hostPorts = List.copyOf(hostPorts);
        }
    }

    /** A volume within the guest's files. */
    public record Mount(String volume, String path, boolean readOnly) {}

    /** Values by name: those of config maps, then those of secrets, then inline ones; a later one wins. */
    public record Layer(String path, List<String> configMaps, List<String> secrets, Map<String, String> inline) {
        static final Layer NONE = new Layer("", List.of(), List.of(), Map.of());

        public Layer {
            configMaps = List.copyOf(configMaps);
            secrets = List.copyOf(secrets);
            inline = Map.copyOf(inline);
        }

        private List<String> names(String kind) {
            return switch (kind) {
                case "ConfigMap" -> configMaps;
                case "Secret" -> secrets;
                default -> List.of();
            };
        }
    }

    /**
     * A declared interface.
     *
     * @param name {@code namespace:package}
     * @param entry the name by which components import it, or {@code ""} where they do by the interface's own
     * @param version {@code ""} for any
     */
    public record HostInterface(String name, String entry, String version, List<String> interfaces, Layer config) {
        public HostInterface {
            interfaces = List.copyOf(interfaces);
        }
    }
}
