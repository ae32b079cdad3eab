package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.IpBlock;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code spec} of a WorkloadEntry, also an inline endpoint of a ServiceEntry. Source: Istio networking v1.
 *
 * @param address null when it could not be read
 */
public record WorkloadEntrySpec(
        @Nullable InetAddress address,
        Map<String, Integer> ports,
        Map<String, String> labels,
        String serviceAccount,
        int weight) {

    static WorkloadEntrySpec read(Fields root) {
        return entry(root.only("spec").object("spec"));
    }

    static WorkloadEntrySpec entry(Fields spec) {
        spec.only("address", "ports", "labels", "serviceAccount", "weight", "network", "locality");
        if (!spec.text("network", "").isEmpty()) {
            spec.wrong("network", spec.text("network", ""), "left out: the mesh has one network");
        }
        String address = spec.text("address");
        InetAddress parsed = IpBlock.address(address).orElse(null);
        if (!address.isEmpty() && parsed == null) {
            spec.wrong("address", address, "an IP address");
        }
        String account = spec.text("serviceAccount", "default");
        return new WorkloadEntrySpec(
                parsed,
                spec.ports("ports"),
                spec.strings("labels"),
                Names.section(spec, "serviceAccount", account),
                spec.integer("weight", 1, 0, 1_000_000));
    }
}
