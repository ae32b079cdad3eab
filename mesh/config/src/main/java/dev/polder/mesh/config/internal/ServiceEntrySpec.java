package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.IpBlock;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code spec} of a ServiceEntry. Source: Istio networking v1; enough for services whose addresses are known.
 *
 * @param workloadSelector labels of WorkloadEntries of its namespace, or empty
 */
public record ServiceEntrySpec(
        List<String> hosts,
        List<InetAddress> addresses,
        List<ServiceSpec.Port> ports,
        boolean external,
        List<WorkloadEntrySpec> endpoints,
        Map<String, String> workloadSelector) {

    static ServiceEntrySpec read(Fields root) {
        Fields spec = root.only("spec").object("spec");
        spec.only("hosts", "addresses", "ports", "location", "resolution", "endpoints", "workloadSelector", "exportTo");
        List<String> hosts = new ArrayList<>();
        int index = 0;
        for (String host : spec.texts("hosts", 16)) {
            hosts.add(Names.hostname(spec, "hosts[" + index++ + "]", host, false));
        }
        if (hosts.isEmpty()) {
            spec.wrong("hosts", null, "at least one host name");
        }
        String resolution = spec.choice("resolution", "NONE", "NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN");
        if (!resolution.equals("STATIC")) {
            spec.wrong("resolution", resolution, "STATIC, with endpoints or a workloadSelector");
        }
        if (spec.has("exportTo") && !spec.texts("exportTo", 16).equals(List.of("*"))) {
            spec.wrong("exportTo", "not supported other than [\"*\"]");
        }
        List<InetAddress> addresses = new ArrayList<>();
        index = 0;
        for (String address : spec.texts("addresses", 256)) {
            String field = "addresses[" + index++ + "]";
            IpBlock.address(address).ifPresentOrElse(addresses::add, () -> spec.wrong(field, address, "an IP address"));
        }
        List<ServiceSpec.Port> ports = new ArrayList<>();
        for (Fields item : spec.objects("ports", 100)) {
            item.only("number", "name", "protocol", "targetPort");
            String name = item.text("name");
            int number = item.port("number");
            ports.add(new ServiceSpec.Port(
                    name,
                    number,
                    item.integer("targetPort", number, 1, 65535),
                    "",
                    ServiceSpec.appProtocol(item.text("protocol", ""), name)));
        }
        List<WorkloadEntrySpec> endpoints = new ArrayList<>();
        for (Fields item : spec.objects("endpoints", 1000)) {
            endpoints.add(WorkloadEntrySpec.entry(item));
        }
        Map<String, String> selector =
                spec.object("workloadSelector").only("labels").strings("labels");
        if (!endpoints.isEmpty() && !selector.isEmpty()) {
            spec.wrong("workloadSelector", "set beside endpoints (expected: one of the two)");
        }
        boolean external = spec.choice("location", "MESH_EXTERNAL", "MESH_EXTERNAL", "MESH_INTERNAL")
                .equals("MESH_EXTERNAL");
        return new ServiceEntrySpec(hosts, addresses, ports, external, endpoints, selector);
    }
}
