package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.Health;
import dev.polder.mesh.config.IpBlock;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An EndpointSlice. Source: Kubernetes discovery.k8s.io/v1; its fields stand beside the metadata, there is no spec.
 *
 * @param ports port number by port name; the name is that of the service port
 */
public record EndpointSliceSpec(List<Item> endpoints, Map<String, Integer> ports) {

    /** The label that names the service. */
    static final String SERVICE_LABEL = "kubernetes.io/service-name";

    /** The addresses of one endpoint. */
    public record Item(List<InetAddress> addresses, Health health) {}

    static EndpointSliceSpec read(Fields root) {
        root.only("addressType", "endpoints", "ports");
        root.choice("addressType", "", "IPv4", "IPv6");
        List<Item> endpoints = new ArrayList<>();
        for (Fields item : root.objects("endpoints", 1000)) {
            List<InetAddress> addresses = new ArrayList<>();
            int index = 0;
            for (String address : item.texts("addresses", 100)) {
                String field = "addresses[" + index++ + "]";
                IpBlock.address(address)
                        .ifPresentOrElse(addresses::add, () -> item.wrong(field, address, "an IP address"));
            }
            boolean ready = item.object("conditions").bool("ready", true);
            endpoints.add(new Item(addresses, ready ? Health.HEALTHY : Health.UNHEALTHY));
        }
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (Fields item : root.objects("ports", 100)) {
            ports.put(item.text("name", ""), item.port("port"));
        }
        return new EndpointSliceSpec(endpoints, ports);
    }
}
