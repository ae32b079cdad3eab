package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.service.WasmcloudWorkload.Component;
import dev.polder.wasm.service.WasmcloudWorkload.HostInterface;
import dev.polder.wasm.service.WasmcloudWorkload.Image;
import dev.polder.wasm.service.WasmcloudWorkload.Layer;
import dev.polder.wasm.service.WasmcloudWorkload.LocalResources;
import dev.polder.wasm.service.WasmcloudWorkload.Mount;
import dev.polder.wasm.service.WasmcloudWorkload.Pull;
import dev.polder.wasm.service.WasmcloudWorkload.Service;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads the {@code spec} of a {@code WorkloadDeployment}; holds the mistakes of one document while it does. */
final class WasmcloudReader {

    private static final int MAX_ENTRIES = 64;
    private static final int MAX_COMPONENTS = 16;
    private static final int MAX_NAME = 253;
    private static final int MAX_MEMORY_MIB = 4096;
    private static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String NAME = "(\\*\\.)?" + LABEL + "(\\." + LABEL + ")*";
    private static final Pattern HOST =
            Pattern.compile("\\*|([A-Za-z][A-Za-z0-9+.-]*://)?" + NAME + "(:[0-9]{1,5})?/?");
    private static final Pattern LOOKUP = Pattern.compile("\\*|" + NAME + "|[0-9A-Fa-f:.]+");
    private static final Pattern LOCAL = Pattern.compile(
            "(?i)([a-z][a-z0-9+.-]*://)?(localhost|127(\\.[0-9]+){3}|host\\.wasmcloud\\.internal)(:.*)?/?");
    private static final Pattern IMAGE = Pattern.compile("\\S{1,1024}");
    private static final String ARTIFACT = "artifact://";
    private static final Pattern ENTRY = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    /** What there may be several entries of, told apart by their names. */
    private static final Set<String> NAMED =
            Set.of("wasi:keyvalue", "wasi:config", "wasi:blobstore", "wasmcloud:messaging", "wasi:messaging");

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}(/(tcp|udp|TCP|UDP))?");
    private static final Pattern BROKER = Pattern.compile("nats://[^\\s{}]{1,500}");
    private static final Pattern BUCKET = Pattern.compile("[^\\p{Cntrl}\\s,]{1,255}");
    private static final Pattern SUBJECT = Pattern.compile("(([^\\s.,{}*>]+|\\*)\\.)*([^\\s.,{}*>]+|\\*|>)");
    private static final Pattern HTTP_HOST = Pattern.compile("(?i)\\*\\." + NAME + "|" + LABEL + "(\\." + LABEL + ")*");

    /** What Polder has of what wasmCloud hosts offer, and the keys of the config that it heeds. */
    private static final Map<String, Offer> OFFERED = new LinkedHashMap<>();

    static {
        OFFERED.put(
                "wasi:http",
                new Offer(
                        Set.of("incoming-handler", "outgoing-handler", "types"),
                        Set.of("host", "host-aliases", "path", WasmcloudWorkload.ADDRESS)));
        OFFERED.put("wasi:keyvalue", new Offer(Set.of("store", "atomics", "batch"), Set.of()));
        OFFERED.put("wasi:config", new Offer(Set.of("store"), null));
        OFFERED.put("wasi:logging", new Offer(Set.of("logging"), Set.of()));
        OFFERED.put(
                "wasi:blobstore",
                new Offer(Set.of("blobstore", "container", "types"), Set.of(WasmcloudWorkload.BUCKETS)));
        OFFERED.put(
                "wasmcloud:messaging",
                new Offer(
                        Set.of("consumer", "handler", "types"),
                        Set.of(
                                WasmcloudWorkload.SUBSCRIPTIONS,
                                WasmcloudWorkload.ADDRESS,
                                "consumer_group",
                                "max_in_flight",
                                "admission_wait")));
        OFFERED.put(
                "wasi:messaging",
                new Offer(
                        Set.of("incoming-handler", "producer", "request-reply", "types"),
                        Set.of(WasmcloudWorkload.SUBSCRIPTIONS, WasmcloudWorkload.ADDRESS)));
    }

    /** @param config null when every key is the guest's own */
    private record Offer(Set<String> interfaces, @Nullable Set<String> config) {}

    private final JsonCursor.Mistakes mistakes = new JsonCursor.Mistakes();
    private final List<String> notices = new ArrayList<>();
    private final Map<String, String> artifacts = new LinkedHashMap<>();

    /** Reads the {@code spec} of an {@code Artifact}. */
    static WasmcloudWorkload.Artifact artifact(ObjectNode spec) {
        JsonCursor.Mistakes mistakes = new JsonCursor.Mistakes();
        JsonCursor root = new JsonCursor("spec", spec, mistakes);
        String image = root.requiredText("image", IMAGE);
        if (image.startsWith(ARTIFACT)) {
            root.mistake("image", "an artifact of an artifact (expected: REGISTRY/REPOSITORY:TAG)");
        }
        String secret = pullSecret(root);
        root.finish("image, imagePullSecret");
        if (!mistakes.isEmpty()) {
            throw Problem.invalid(mistakes.text());
        }
        return new WasmcloudWorkload.Artifact(image, secret);
    }

    WasmcloudWorkload read(WorkloadRef workload, ObjectNode spec) {
        JsonCursor root = new JsonCursor("spec", spec, mistakes);
        int replicas = root.number("replicas", 1, 0, Integer.MAX_VALUE);
        if (replicas > 1) {
            notices.add("spec.replicas: " + replicas
                    + ", which is as good as 1 (one host, and an instance for each request already)");
        }
        root.oneOf("deployPolicy", "RollingUpdate", List.of("RollingUpdate", "Recreate"));
        artifacts(root);
        @Nullable String service = kubernetes(root.object("kubernetes"));
        JsonCursor template = root.object("template");
        if (template == null) {
            root.mistake("template", "missing (expected: a template with a spec)");
            throw refusal();
        }
        noteIfThere(template, "annotations", "labels");
        JsonCursor inner = template.object("spec");
        if (inner == null) {
            template.mistake("spec", "missing (expected: components, hostInterfaces)");
            throw refusal();
        }
        template.finish("annotations, labels, spec");
        root.finish("replicas, template, deployPolicy, artifacts, kubernetes");
        WasmcloudWorkload read = workload(workload, replicas, service, inner);
        if (!mistakes.isEmpty()) {
            throw refusal();
        }
        return read;
    }

    private void artifacts(JsonCursor root) {
        for (JsonCursor artifact : root.objects("artifacts", MAX_ENTRIES)) {
            String name = artifact.requiredText("name", null);
            JsonCursor from = artifact.object("artifactFrom");
            if (from == null) {
                artifact.mistake("artifactFrom", "missing (expected: the name of an Artifact)");
            } else {
                if (artifacts.put(name, from.requiredText("name", null)) != null) {
                    artifact.mistake("name", "\"" + name + "\" stands twice (expected: each name once)");
                }
                from.finish("name");
            }
            artifact.finish("name, artifactFrom");
        }
    }

    private Problem refusal() {
        return Problem.invalid(mistakes.text());
    }

    private WasmcloudWorkload workload(
            WorkloadRef workload, int replicas, @Nullable String outerService, JsonCursor spec) {
        noteIfThere(spec, "hostSelector", "hostId", "environment");
        @Nullable String own = kubernetes(spec.object("kubernetes"));
        List<String> volumes = volumes(spec);
        Service service = service(spec.object("service"), volumes);
        List<Component> components = components(spec, volumes);
        List<HostInterface> interfaces = hostInterfaces(spec);
        spec.finish("hostSelector, hostId, environment, components, hostInterfaces, service, volumes, kubernetes");
        WasmcloudWorkload read = new WasmcloudWorkload(
                workload,
                replicas,
                components,
                service,
                interfaces,
                volumes,
                outerService != null ? outerService : own,
                notices);
        if (components.isEmpty() && service == null && mistakes.isEmpty()) {
            spec.mistake("components", "neither a component nor a service (expected: components, a service, or both)");
        }
        if (!components.isEmpty() && read.http().isEmpty() && !read.handlesMessages()) {
            spec.mistake(
                    "hostInterfaces",
                    "nothing leads to a component (expected: wasi:http with incoming-handler, or wasmcloud:messaging"
                            + " with handler)");
        }
        if (read.handlesMessages()) {
            subscriptions(spec, read);
        }
        return read;
    }

    private void subscriptions(JsonCursor spec, WasmcloudWorkload read) {
        if (read.handlers().size() > 1) {
            for (Component component : read.components()) {
                if (component.resources().config().containsKey(WasmcloudWorkload.SUBSCRIPTIONS)) {
                    spec.mistake(
                            "components",
                            component.name() + ".localResources.config.subscriptions: several entries handle messages"
                                    + " (expected: config.subscriptions of each entry of hostInterfaces)");
                }
            }
        }
        if (read.components().stream()
                .allMatch(component -> read.subscriptions(component).isEmpty())) {
            spec.mistake(
                    "hostInterfaces",
                    "a handler of messages without config.subscriptions (expected: subjects, comma-separated, here or in"
                            + " a component's localResources.config)");
        }
        for (Component component : read.components()) {
            for (WasmcloudWorkload.Subscription subscription : read.subscriptions(component)) {
                String subject = subscription.subject();
                if (subject.length() > MAX_NAME || !SUBJECT.matcher(subject).matches()) {
                    spec.mistake(
                            "hostInterfaces",
                            "config.subscriptions of " + component.name() + ": \"" + TomlCursor.shortened(subject)
                                    + "\" (expected: subjects such as orders.*, comma-separated)");
                }
            }
        }
    }

    private void noteIfThere(JsonCursor cursor, String... names) {
        for (String name : names) {
            if (cursor.has(name)) {
                cursor.take(name);
                notices.add(cursor.at(name) + ": without effect (one host runs everything)");
            }
        }
    }

    private static @Nullable String kubernetes(@Nullable JsonCursor kubernetes) {
        if (kubernetes == null) {
            return null;
        }
        JsonCursor service = kubernetes.object("service");
        String name = service == null ? null : service.requiredText("name", ID);
        if (service != null) {
            service.finish("name");
        }
        kubernetes.finish("service");
        return name;
    }

    private List<String> volumes(JsonCursor spec) {
        List<String> names = new ArrayList<>();
        for (JsonCursor volume : spec.objects("volumes", MAX_ENTRIES)) {
            String name = volume.requiredText("name", ID);
            if (names.contains(name)) {
                volume.mistake("name", "\"" + name + "\" stands twice (expected: each name once)");
            }
            names.add(name);
            if (volume.has("hostPath")) {
                volume.take("hostPath");
                volume.mistake(
                        "hostPath",
                        "folders of the host are not granted: whoever may apply a workload could read and write all that"
                                + " Polder's user can (expected: ephemeral: {})");
            } else {
                JsonCursor ephemeral = volume.object("ephemeral");
                if (ephemeral == null) {
                    volume.mistake("ephemeral", "missing (expected: ephemeral: {})");
                } else {
                    ephemeral.finish("no field");
                }
            }
            volume.finish("name, ephemeral, hostPath");
        }
        return names;
    }

    private @Nullable Service service(@Nullable JsonCursor service, List<String> volumes) {
        if (service == null) {
            return null;
        }
        Service read = new Service(
                image(service),
                service.number("maxRestarts", 0, 0, Integer.MAX_VALUE),
                resources(service.object("localResources"), volumes));
        service.finish("image, imagePullSecret, imagePullPolicy, maxRestarts, localResources");
        return read;
    }

    private List<Component> components(JsonCursor spec, List<String> volumes) {
        Map<String, Component> byName = new LinkedHashMap<>();
        for (JsonCursor component : spec.objects("components", MAX_COMPONENTS)) {
            String name = component.requiredText("name", ID);
            if (name.equals(WasmcloudWorkload.SERVICE)) {
                component.mistake("name", "\"" + name + "\" is the name of the service (expected: another)");
            }
            Component read = new Component(
                    component.path(),
                    name,
                    image(component),
                    resources(component.object("localResources"), volumes),
                    instanceRequests(component));
            component.finish("name, image, imagePullSecret, imagePullPolicy, poolSize, maxInvocations,"
                    + " maxConcurrency, localResources");
            if (byName.put(name, read) != null) {
                component.mistake("name", "\"" + name + "\" stands twice (expected: each name once)");
            }
        }
        return List.copyOf(byName.values());
    }

    /** Warm instances are kept as requests leave them; how many is not counted, but how often each is used is. */
    private int instanceRequests(JsonCursor component) {
        int pool = component.number("poolSize", 0, 0, Integer.MAX_VALUE);
        int most = component.number("maxInvocations", 0, 0, Integer.MAX_VALUE);
        if (pool == 0 && most > 0) {
            notices.add(component.at("maxInvocations")
                    + ": without effect where poolSize is 0 (each request gets an instance of its own)");
        }
        if (component.number("maxConcurrency", 1, 0, Integer.MAX_VALUE) > 1) {
            notices.add(component.at("maxConcurrency")
                    + ": without effect (an instance of WASI 0.2 serves one request at a time)");
        }
        return pool == 0 ? 0 : most == 0 ? Integer.MAX_VALUE : most;
    }

    private static @Nullable String pullSecret(JsonCursor cursor) {
        JsonCursor secret = cursor.object("imagePullSecret");
        String name = secret == null ? null : secret.requiredText("name", null);
        if (secret != null) {
            secret.finish("name");
        }
        return name;
    }

    private Image image(JsonCursor cursor) {
        String reference = cursor.requiredText("image", IMAGE);
        String artifact = null;
        if (reference.startsWith(ARTIFACT)) {
            artifact = artifacts.get(reference.substring(ARTIFACT.length()));
            if (artifact == null) {
                cursor.mistake(
                        "image",
                        "\"" + TomlCursor.shortened(reference) + "\" (expected: " + ARTIFACT
                                + "NAME with a name of spec.artifacts, which has: " + artifacts.keySet() + ")");
            }
        }
        String secret = pullSecret(cursor);
        String policy = cursor.oneOf("imagePullPolicy", "IfNotPresent", List.of("Always", "IfNotPresent", "Never"));
        Pull pull = switch (policy) {
            case "Always" -> Pull.ALWAYS;
            case "Never" -> Pull.NEVER;
            default -> Pull.IF_NOT_PRESENT;
        };
        return new Image(cursor.at("image"), reference, artifact, secret, pull);
    }

    private LocalResources resources(@Nullable JsonCursor local, List<String> volumes) {
        if (local == null) {
            return LocalResources.NONE;
        }
        List<Mount> mounts = new ArrayList<>();
        for (JsonCursor mount : local.objects("volumeMounts", MAX_ENTRIES)) {
            String name = mount.requiredText("name", ID);
            if (!volumes.contains(name)) {
                mount.mistake("name", "no volume \"" + name + "\" (expected one of: " + volumes + ")");
            }
            String path = mount.requiredText("mountPath", Pattern.compile("/[^\\x00]{0,255}"));
            mounts.add(new Mount(name, path, mount.flag("readOnly")));
            mount.finish("name, mountPath, readOnly");
        }
        JsonCursor environment = local.object("environment");
        Layer layer = environment == null ? Layer.NONE : layer(environment);
        if (environment != null) {
            environment.finish("configFrom, secretFrom, config");
        }
        List<String> hosts = new ArrayList<>();
        for (JsonCursor.Text host : local.texts("allowedHosts", MAX_ENTRIES, HOST)) {
            if (LOCAL.matcher(host.text()).matches()) {
                mistakes.add(
                        host.path(),
                        "\"" + host.text() + "\" is the workload's own machine (expected: another host; sockets reach"
                                + " the workload's service at 127.0.0.1 without a grant)");
            }
            hosts.add(pattern(host.text()));
        }
        List<String> names = local.texts("allowedIpNameLookups", MAX_ENTRIES, LOOKUP).stream()
                .map(JsonCursor.Text::text)
                .toList();
        List<String> ports = new ArrayList<>();
        for (JsonCursor.Text text : local.texts("allowedHostLoopbackPorts", MAX_ENTRIES, PORT)) {
            String[] parts = text.text().toLowerCase(Locale.ROOT).split("/");
            int port = Integer.parseInt(parts[0]);
            if (port < 1 || port > 65_535) {
                mistakes.add(
                        text.path(), "\"" + text.text() + "\" (expected: a port from 1 to 65535, and /tcp or /udp)");
            }
            ports.add((parts.length > 1 ? parts[1] : "tcp") + "://" + WasmcloudSockets.MACHINE + ":" + port);
        }
        long memory = (long) local.number("memoryLimitMb", 0, 0, MAX_MEMORY_MIB) << 20;
        if (local.has("cpuLimit")) {
            local.number("cpuLimit", 0, 0, Integer.MAX_VALUE);
            notices.add(local.at("cpuLimit")
                    + ": without effect, as on wasmCloud's hosts (the operator limits the processor time of"
                    + " requests: wasm.limits.cpuMillis)");
        }
        Map<String, String> config = local.textMap("config", MAX_ENTRIES);
        local.finish("volumeMounts, environment, config, allowedHosts, allowedIpNameLookups,"
                + " allowedHostLoopbackPorts, memoryLimitMb, cpuLimit");
        return new LocalResources(mounts, layer, config, hosts, names, ports, memory);
    }

    /** wasmCloud's patterns as {@code scheme://host:port}. */
    private static String pattern(String host) {
        String text = host.endsWith("/") ? host.substring(0, host.length() - 1) : host;
        if (text.contains("://")) {
            String scheme = text.substring(0, text.indexOf("://"));
            boolean port = text.indexOf(':', scheme.length() + 3) >= 0;
            boolean known = scheme.equals("http") || scheme.equals("https");
            return port || known ? text : text + ":*";
        }
        return "*://" + (text.contains(":") ? text : text + ":*");
    }

    private Layer layer(JsonCursor cursor) {
        return new Layer(
                cursor.path(),
                names(cursor, "configFrom"),
                names(cursor, "secretFrom"),
                cursor.textMap("config", MAX_ENTRIES));
    }

    private static List<String> names(JsonCursor cursor, String field) {
        List<String> names = new ArrayList<>();
        for (JsonCursor reference : cursor.objects(field, MAX_ENTRIES)) {
            names.add(reference.requiredText("name", null));
            reference.finish("name");
        }
        return names;
    }

    private List<HostInterface> hostInterfaces(JsonCursor spec) {
        List<HostInterface> declared = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonCursor cursor : spec.objects("hostInterfaces", MAX_ENTRIES)) {
            String name = cursor.requiredText("namespace", null) + ":" + cursor.requiredText("package", null);
            Offer offer = OFFERED.get(name);
            if (offer == null) {
                cursor.mistake(
                        "package",
                        name + " is not there (expected one of: " + String.join(", ", OFFERED.keySet())
                                + "; io, clocks, random, cli, filesystem and sockets need no entry)");
            }
            if (WasmcloudWorkload.MESSAGING.contains(name)
                    && declared.stream()
                            .anyMatch(other -> WasmcloudWorkload.MESSAGING.contains(other.name())
                                    && !other.name().equals(name))) {
                cursor.mistake("package", name + " beside another messaging (expected: entries of one of them)");
            }
            String entry = cursor.text("name", "", ENTRY);
            if (!seen.add(name) && !NAMED.contains(name)) {
                cursor.mistake("package", name + " stands twice (expected: one entry; there is one back end)");
            } else if (declared.stream()
                    .anyMatch(
                            other -> other.name().equals(name) && other.entry().equals(entry))) {
                cursor.mistake(
                        "name",
                        (entry.isEmpty() ? name + " without a name" : name + " named \"" + entry + "\"")
                                + " stands twice (expected: a name of its own for each entry)");
            }
            List<String> interfaces = new ArrayList<>();
            for (JsonCursor.Text text : cursor.texts("interfaces", MAX_ENTRIES, Pattern.compile("[a-z][a-z0-9-]*"))) {
                if (offer != null && !offer.interfaces().contains(text.text())) {
                    mistakes.add(
                            text.path(),
                            name + "/" + text.text() + " is not there (expected one of: "
                                    + String.join(
                                            ", ",
                                            offer.interfaces().stream().sorted().toList()) + ")");
                }
                interfaces.add(text.text());
            }
            if (interfaces.isEmpty()) {
                cursor.mistake("interfaces", "missing (expected: one name or more)");
            }
            String version = cursor.text(
                    "version", "", Pattern.compile("[0-9]+\\.[0-9]+(\\.[0-9]+)?([-+][0-9A-Za-z.+-]{1,40})?"));
            if (!version.isEmpty()
                    && !version.startsWith("0.2.")
                    && !version.equals("0.2")
                    && !name.equals("wasi:logging")) {
                cursor.mistake("version", "\"" + version + "\" (expected: 0.2.x)");
            }
            Layer layer = layer(cursor);
            checkConfig(cursor, name, offer, layer);
            declared.add(new HostInterface(name, entry, version, interfaces, layer));
            cursor.finish("name, namespace, package, interfaces, version, config, configFrom, secretFrom");
        }
        return declared;
    }

    private void checkConfig(JsonCursor cursor, String name, @Nullable Offer offer, Layer layer) {
        if (offer == null || offer.config() == null) {
            return;
        }
        if (!layer.configMaps().isEmpty() || !layer.secrets().isEmpty()) {
            cursor.mistake("configFrom", "not read for " + name + " (expected: config)");
        }
        layer.inline().forEach((key, value) -> {
            String at = "config." + key;
            if (!offer.config().contains(key)) {
                cursor.mistake(
                        at,
                        "unknown for " + name + " (expected: "
                                + (offer.config().isEmpty()
                                        ? "nothing, for its back end is Polder's own"
                                        : offer.config())
                                + ")");
            } else if (key.equals(WasmcloudWorkload.SUBSCRIPTIONS)) {
                // read with those of the component, which go before
            } else if (name.equals("wasi:http") && key.equals(WasmcloudWorkload.ADDRESS)) {
                notices.add(cursor.at(at) + ": without effect (the gateway listens for every workload)");
            } else if (key.equals(WasmcloudWorkload.ADDRESS)) {
                if (!BROKER.matcher(value).matches()) {
                    cursor.mistake(at, "no address of a NATS server (expected: nats://HOST:PORT)");
                }
            } else if (key.equals(WasmcloudWorkload.BUCKETS)) {
                for (String bucket : value.split(",", -1)) {
                    if (!BUCKET.matcher(bucket.strip()).matches()) {
                        cursor.mistake(
                                at,
                                "\"" + TomlCursor.shortened(bucket.strip()) + "\" (expected: names, comma-separated)");
                    }
                }
            } else if (WasmcloudWorkload.MESSAGING.contains(name)) {
                notices.add(
                        cursor.at(at) + ": without effect (wasm.events in polder.yaml says how messages are handled)");
            } else if (key.equals("path")) {
                if (!value.startsWith("/") || value.indexOf('?') >= 0 || value.indexOf('#') >= 0) {
                    cursor.mistake(at, "\"" + value + "\" (expected: a path that begins with /)");
                }
            } else {
                for (String host : value.split(",", -1)) {
                    if (host.length() > MAX_NAME
                            || !HTTP_HOST.matcher(host.strip()).matches()) {
                        cursor.mistake(
                                at,
                                "\"" + TomlCursor.shortened(host.strip()) + "\" (expected: a host name without port)");
                    }
                }
            }
        });
    }
}
