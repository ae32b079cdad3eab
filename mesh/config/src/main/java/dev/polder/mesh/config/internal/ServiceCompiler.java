package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.Cluster;
import dev.polder.mesh.config.Endpoint;
import dev.polder.mesh.config.Health;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.Service;
import dev.polder.mesh.config.ServiceKey;
import dev.polder.mesh.config.ServicePort;
import dev.polder.mesh.config.TunnelProtocol;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.config.internal.Inputs.Item;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Service, ServiceEntry and EndpointSlice, with the workloads they select, to services with endpoints. */
final class ServiceCompiler {

    /** A service before its endpoints are known; {@code outside} are addresses that belong to no workload. */
    private record Draft(
            ServiceKey key,
            String name,
            String namespace,
            Map<String, String> selector,
            List<InetAddress> vips,
            List<ServiceSpec.Port> ports,
            List<Outside> outside) {}

    /** One label of a selector, within a namespace. */
    private record Label(String namespace, String name, String value) {}

    private record Outside(InetAddress address, Map<String, Integer> ports, Health health, int weight) {}

    private final Map<Workload, Integer> weights;
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<String, Workload> workloads = new LinkedHashMap<>();
    private final Map<InetAddress, Workload> byAddress = new HashMap<>();
    private final Map<String, Integer> weightByUid = new HashMap<>();
    private final Map<ServiceKey, List<Workload>> byService = new HashMap<>();
    private final Map<ServiceKey, Service> services = new TreeMap<>();

    private ServiceCompiler(Map<Workload, Integer> weights) {
        this.weights = weights;
    }

    static ServiceCompiler compile(
            Inputs inputs, MeshOptions options, Map<Workload, Integer> weights, Statuses statuses) {
        ServiceCompiler compiler = new ServiceCompiler(weights);
        compiler.draft(inputs, options, statuses);
        compiler.workloads();
        compiler.drafts.forEach(draft -> compiler.services.putIfAbsent(draft.key(), compiler.service(draft)));
        return compiler;
    }

    Map<String, Workload> byUid() {
        return workloads;
    }

    Map<InetAddress, Workload> byAddress() {
        return byAddress;
    }

    Map<ServiceKey, Service> services() {
        return services;
    }

    Map<InetAddress, Service> byVip() {
        Map<InetAddress, Service> vips = new HashMap<>();
        services.values().forEach(service -> service.vips().forEach(vip -> vips.putIfAbsent(vip, service)));
        return vips;
    }

    private void draft(Inputs inputs, MeshOptions options, Statuses statuses) {
        Map<String, List<Outside>> slices = slices(inputs, statuses);
        for (Item<ServiceSpec> item : inputs.of(ServiceSpec.class)) {
            statuses.accepted(item.resource());
            drafts.add(new Draft(
                    new ServiceKey(item.namespace(), hostname(item.name(), item.namespace(), options)),
                    item.name(),
                    item.namespace(),
                    item.spec().selector(),
                    item.spec().vips(),
                    item.spec().ports(),
                    slices.getOrDefault(item.namespace() + "/" + item.name(), List.of())));
        }
        for (Item<ServiceEntrySpec> item : inputs.of(ServiceEntrySpec.class)) {
            statuses.accepted(item.resource());
            List<Outside> outside = new ArrayList<>();
            for (WorkloadEntrySpec endpoint : item.spec().endpoints()) {
                if (endpoint.address() != null) {
                    outside.add(new Outside(endpoint.address(), endpoint.ports(), Health.HEALTHY, endpoint.weight()));
                }
            }
            for (String host : item.spec().hosts()) {
                drafts.add(new Draft(
                        new ServiceKey(item.namespace(), host),
                        host,
                        item.namespace(),
                        item.spec().workloadSelector(),
                        item.spec().addresses(),
                        item.spec().ports(),
                        outside));
            }
        }
    }

    static String hostname(String name, String namespace, MeshOptions options) {
        return name + "." + namespace + ".svc." + options.clusterDomain();
    }

    private static Map<String, List<Outside>> slices(Inputs inputs, Statuses statuses) {
        Map<String, List<Outside>> slices = new HashMap<>();
        for (Item<EndpointSliceSpec> item : inputs.of(EndpointSliceSpec.class)) {
            statuses.accepted(item.resource());
            String service = item.resource().metadata().labels().getOrDefault(EndpointSliceSpec.SERVICE_LABEL, "");
            List<Outside> found = slices.computeIfAbsent(item.namespace() + "/" + service, key -> new ArrayList<>());
            for (EndpointSliceSpec.Item endpoint : item.spec().endpoints()) {
                if (!endpoint.addresses().isEmpty()) {
                    found.add(new Outside(
                            endpoint.addresses().getFirst(), item.spec().ports(), endpoint.health(), 1));
                }
            }
        }
        return slices;
    }

    /** Istio's order: the workload's port of the same name, then the number, then the named target. */
    private static @Nullable Integer target(ServiceSpec.Port port, Map<String, Integer> named) {
        Integer sameName = port.name().isEmpty() ? null : named.get(port.name());
        if (sameName != null) {
            return sameName;
        }
        return port.targetName().isEmpty() ? Integer.valueOf(port.targetPort()) : named.get(port.targetName());
    }

    /**
     * Finds the services of each workload through one label of each selector, so that a thousand services and a
     * thousand workloads are not a million comparisons.
     */
    private void workloads() {
        Map<Label, List<Draft>> bySelector = new HashMap<>();
        for (Draft draft : drafts) {
            draft.selector().entrySet().stream()
                    .findFirst()
                    .ifPresent(entry -> bySelector
                            .computeIfAbsent(
                                    new Label(draft.namespace(), entry.getKey(), entry.getValue()),
                                    key -> new ArrayList<>())
                            .add(draft));
        }
        weights.forEach((draftWorkload, weight) -> {
            Map<ServiceKey, Map<Integer, Integer>> backed = new TreeMap<>();
            draftWorkload
                    .labels()
                    .forEach((name, value) -> bySelector
                            .getOrDefault(new Label(draftWorkload.namespace(), name, value), List.of())
                            .forEach(draft -> back(draft, draftWorkload, backed)));
            Workload workload = draftWorkload.with(backed);
            workloads.put(workload.uid(), workload);
            weightByUid.put(workload.uid(), weight);
            workload.addresses().forEach(address -> byAddress.put(address, workload));
            backed.keySet()
                    .forEach(key -> byService
                            .computeIfAbsent(key, same -> new ArrayList<>())
                            .add(workload));
        });
    }

    private static void back(Draft draft, Workload workload, Map<ServiceKey, Map<Integer, Integer>> backed) {
        if (!workload.labels().entrySet().containsAll(draft.selector().entrySet())) {
            return;
        }
        Map<Integer, Integer> targets = new TreeMap<>();
        for (ServiceSpec.Port port : draft.ports()) {
            Integer target = target(port, workload.ports());
            if (target != null) {
                targets.put(port.port(), target);
            }
        }
        backed.put(draft.key(), Map.copyOf(targets));
    }

    private Service service(Draft draft) {
        Map<Integer, Cluster> clusters = new HashMap<>();
        for (ServiceSpec.Port port : draft.ports()) {
            ServicePort servicePort = new ServicePort(port.name(), port.port(), port.targetPort(), port.appProtocol());
            clusters.put(port.port(), Cluster.of(draft.key(), servicePort, endpoints(draft, port)));
        }
        return new Service(draft.key(), draft.name(), draft.vips(), clusters);
    }

    private List<Endpoint> endpoints(Draft draft, ServiceSpec.Port port) {
        List<Endpoint> endpoints = new ArrayList<>();
        Set<InetAddress> seen = new HashSet<>();
        for (Workload workload : byService.getOrDefault(draft.key(), List.of())) {
            Map<Integer, Integer> targets = workload.services().get(draft.key());
            Integer target = targets == null ? null : targets.get(port.port());
            if (target != null) {
                InetAddress address = workload.addresses().getFirst();
                seen.add(address);
                endpoints.add(endpoint(
                        workload, address, target, workload.status(), weightByUid.getOrDefault(workload.uid(), 1)));
            }
        }
        for (Outside outside : draft.outside()) {
            Integer target = outside.ports().containsKey(port.name())
                    ? outside.ports().get(port.name())
                    : target(port, outside.ports());
            if (target != null && seen.add(outside.address())) {
                Workload workload = byAddress.get(outside.address());
                endpoints.add(endpoint(workload, outside.address(), target, outside.health(), outside.weight()));
            }
        }
        return endpoints;
    }

    private static Endpoint endpoint(
            @Nullable Workload workload, InetAddress address, int port, Health health, int weight) {
        boolean tunnel = workload != null && workload.tunnelProtocol() == TunnelProtocol.HBONE;
        return new Endpoint(
                workload,
                address,
                port,
                tunnel ? TunnelProtocol.HBONE : TunnelProtocol.NONE,
                tunnel && workload != null ? workload.identity() : null,
                health,
                weight);
    }
}
