package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import dev.polder.mesh.config.Health;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.TunnelProtocol;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.config.internal.Inputs.Item;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** WorkloadEntry to workloads; of two with one address the older wins. */
final class WorkloadCompiler {

    private static final String CLUSTER = "polder";
    private static final String DATAPLANE_MODE = "istio.io/dataplane-mode";

    private WorkloadCompiler() {}

    /** Workloads by uid, oldest first, not yet knowing their services; with each its weight. */
    static Map<Workload, Integer> compile(
            Inputs inputs, MeshOptions options, PolicyCompiler policies, Statuses statuses) {
        Map<Workload, Integer> workloads = new LinkedHashMap<>();
        Map<InetAddress, Resource> owners = new HashMap<>();
        for (Item<WorkloadEntrySpec> item : inputs.of(WorkloadEntrySpec.class)) {
            InetAddress address = item.spec().address();
            if (address == null) {
                continue;
            }
            Resource owner = owners.putIfAbsent(address, item.resource());
            if (owner != null) {
                statuses.refused(
                        item.resource(),
                        "Conflicted",
                        "spec.address: " + address.getHostAddress() + " belongs to " + owner.key());
                continue;
            }
            statuses.accepted(item.resource());
            workloads.put(
                    workload(item, address, inputs, options, policies),
                    item.spec().weight());
        }
        return workloads;
    }

    private static Workload workload(
            Item<WorkloadEntrySpec> item,
            InetAddress address,
            Inputs inputs,
            MeshOptions options,
            PolicyCompiler policies) {
        Map<String, String> labels = new HashMap<>(item.resource().metadata().labels());
        labels.putAll(item.spec().labels());
        String namespace = item.namespace();
        return new Workload(
                CLUSTER + "/" + Groups.ISTIO_NETWORKING + "/WorkloadEntry/" + namespace + "/" + item.name(),
                item.name(),
                namespace,
                item.spec().serviceAccount(),
                options.trustDomain(),
                List.of(address),
                item.resource().metadata().annotations().getOrDefault("polder.dev/node", ""),
                protocol(labels, inputs.namespaceLabels(namespace)),
                first(labels, item.name(), "service.istio.io/canonical-name", "app.kubernetes.io/name", "app"),
                first(labels, "latest", "service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"),
                first(labels, item.name(), "service.istio.io/workload-name"),
                "deployment",
                item.spec().ports(),
                labels,
                Map.of(),
                health(item.resource()),
                policies.policySet(namespace, labels));
    }

    /** In the mesh unless the workload or else its namespace says otherwise, with the label that Istio ambient uses. */
    private static TunnelProtocol protocol(Map<String, String> labels, Map<String, String> namespaceLabels) {
        String mode = labels.getOrDefault(DATAPLANE_MODE, namespaceLabels.getOrDefault(DATAPLANE_MODE, "ambient"));
        return mode.equals("none") ? TunnelProtocol.NONE : TunnelProtocol.HBONE;
    }

    /** Istio's condition {@code Healthy}, written by whoever runs the workload; healthy when nobody says otherwise. */
    private static Health health(Resource resource) {
        for (JsonNode condition : resource.status().path("conditions")) {
            if (condition.path("type").asString("").equals("Healthy")
                    && condition.path("status").asString("").equals("False")) {
                return Health.UNHEALTHY;
            }
        }
        return Health.HEALTHY;
    }

    private static String first(Map<String, String> labels, String otherwise, String... keys) {
        for (String key : keys) {
            String value = labels.get(key);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return otherwise;
    }
}
