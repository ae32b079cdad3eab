package dev.polder.mesh.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A snapshot as JSON for people: configuration dumps and golden files. Deterministic; not a wire format. */
public final class SnapshotJson {

    private SnapshotJson() {}

    /** Renders a snapshot. */
    public static ObjectNode encode(MeshSnapshot snapshot) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("version", snapshot.version());
        root.put("trustDomain", snapshot.trustDomain());
        ArrayNode workloads = root.putArray("workloads");
        snapshot.workloads().values().stream()
                .sorted(Comparator.comparing(Workload::uid))
                .forEach(workload -> workload(workloads.addObject(), workload));
        ArrayNode services = root.putArray("services");
        snapshot.services().values().stream()
                .sorted(Comparator.comparing(Service::key))
                .forEach(service -> service(services.addObject(), service));
        ArrayNode gateways = root.putArray("gateways");
        snapshot.gateways().forEach(gateway -> gateway(gateways.addObject(), gateway));
        ArrayNode policies = root.putArray("policies");
        new TreeMap<>(snapshot.policies()).values().forEach(policy -> PolicyJson.policy(policies.addObject(), policy));
        return root;
    }

    private static void workload(ObjectNode node, Workload workload) {
        node.put("uid", workload.uid());
        node.put("identity", workload.identity().toString());
        texts(
                node.putArray("addresses"),
                workload.addresses().stream().map(a -> a.getHostAddress()).toList());
        node.put("protocol", workload.tunnelProtocol().name());
        node.put("canonicalName", workload.canonicalName());
        node.put("canonicalRevision", workload.canonicalRevision());
        node.put("workloadName", workload.workloadName());
        node.put("workloadType", workload.workloadType());
        node.put("status", workload.status().name());
        ObjectNode services = node.putObject("services");
        new TreeMap<>(workload.services()).forEach((key, ports) -> numbers(services.putObject(key.toString()), ports));
        texts(node.putArray("policies"), workload.policies().names());
        PeerAuthentication peer = workload.policies().peerAuthentication();
        node.put("mtls", peer.mode().name());
        if (!peer.portModes().isEmpty()) {
            ObjectNode ports = node.putObject("portMtls");
            new TreeMap<>(peer.portModes()).forEach((port, mode) -> ports.put(String.valueOf(port), mode.name()));
        }
    }

    private static void numbers(ObjectNode node, Map<Integer, Integer> ports) {
        new TreeMap<>(ports).forEach((port, target) -> node.put(String.valueOf(port), target));
    }

    static void texts(ArrayNode array, Collection<String> values) {
        values.forEach(array::add);
    }

    private static void service(ObjectNode node, Service service) {
        node.put("key", service.key().toString());
        texts(
                node.putArray("vips"),
                service.vips().stream().map(a -> a.getHostAddress()).toList());
        ArrayNode ports = node.putArray("ports");
        new TreeMap<>(service.clusters()).values().forEach(cluster -> {
            ObjectNode port = ports.addObject();
            port.put("port", cluster.port().port());
            port.put("name", cluster.port().name());
            port.put("appProtocol", cluster.port().appProtocol().name());
            ArrayNode endpoints = port.putArray("endpoints");
            cluster.endpoints().forEach(endpoint -> endpoint(endpoints.addObject(), endpoint));
        });
    }

    private static void endpoint(ObjectNode node, Endpoint endpoint) {
        node.put("address", endpoint.address().getHostAddress() + ":" + endpoint.port());
        node.put("protocol", endpoint.protocol().name());
        if (endpoint.identity() != null) {
            node.put("identity", endpoint.identity().toString());
        }
        node.put("health", endpoint.health().name());
        node.put("weight", endpoint.weight());
    }

    private static void gateway(ObjectNode node, Gateway gateway) {
        node.put("name", gateway.namespace() + "/" + gateway.name());
        ArrayNode listeners = node.putArray("listeners");
        for (Listener listener : gateway.listeners()) {
            ObjectNode item = listeners.addObject();
            item.put("name", listener.name());
            item.put("port", listener.port());
            item.put("protocol", listener.protocol().name());
            if (listener.hostname() != null) {
                item.put("hostname", listener.hostname());
            }
            if (listener.tls() != null) {
                item.put("issuer", listener.tls().issuer());
            }
            item.put("attachedRoutes", listener.attachedRoutes());
            ArrayNode hosts = item.putArray("hosts");
            listener.routes().contents().forEach(host -> {
                ObjectNode table = hosts.addObject().put("host", host.host());
                ArrayNode entries = table.putArray("entries");
                host.entries().forEach(entry -> RouteJson.entry(entries.addObject(), entry));
            });
        }
    }
}
