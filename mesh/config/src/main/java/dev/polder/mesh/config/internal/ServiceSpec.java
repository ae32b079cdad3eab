package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.IpBlock;
import dev.polder.mesh.config.ServicePort.AppProtocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code spec} of a Service, as far as the mesh uses it. Source: Kubernetes core/v1.
 *
 * @param selector labels of the workloads behind it; empty when EndpointSlices alone name them
 */
public record ServiceSpec(String type, Map<String, String> selector, List<InetAddress> vips, List<Port> ports) {

    /**
     * A port.
     *
     * @param targetPort 0 when {@code targetName} is used
     * @param targetName the name of a port of the workload, or {@code ""}
     */
    public record Port(String name, int port, int targetPort, String targetName, AppProtocol appProtocol) {}

    static ServiceSpec read(Fields root) {
        Fields spec = root.object("spec");
        String type = spec.choice("type", "ClusterIP", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName");
        if (type.equals("ExternalName")) {
            spec.wrong("type", type, "ClusterIP; use a ServiceEntry for what is outside the mesh");
        }
        List<InetAddress> vips = new ArrayList<>();
        List<String> addresses = spec.texts("clusterIPs", 2);
        if (addresses.isEmpty() && spec.has("clusterIP")) {
            addresses = List.of(spec.text("clusterIP"));
        }
        for (String address : addresses) {
            if (!address.equals("None")) {
                IpBlock.address(address)
                        .ifPresentOrElse(vips::add, () -> spec.wrong("clusterIP", address, "an IP address or None"));
            }
        }
        List<Port> ports = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<Integer> numbers = new HashSet<>();
        List<Fields> items = spec.objects("ports", 100);
        for (Fields item : items) {
            Port port = port(item);
            if (!names.add(port.name())) {
                item.wrong("name", port.name(), "a name that no other port has");
            }
            if (!numbers.add(port.port())) {
                item.wrong("port", port.port(), "a number that no other port has");
            }
            ports.add(port);
        }
        if (items.isEmpty()) {
            spec.wrong("ports", null, "at least one port");
        }
        return new ServiceSpec(type, spec.strings("selector"), vips, ports);
    }

    private static Port port(Fields item) {
        int port = item.port("port");
        String protocol = item.choice("protocol", "TCP", "TCP", "UDP", "SCTP");
        if (!protocol.equals("TCP")) {
            item.wrong("protocol", protocol, "TCP");
        }
        String target = item.numberOrText("targetPort");
        String name = item.text("name", "");
        AppProtocol appProtocol = appProtocol(item.text("appProtocol", ""), name);
        if (target.isEmpty()) {
            return new Port(name, port, port, "", appProtocol);
        }
        if (!target.chars().allMatch(Character::isDigit)) {
            return new Port(name, port, 0, Names.section(item, "targetPort", target), appProtocol);
        }
        return new Port(name, port, parsePort(item, "targetPort", target), "", appProtocol);
    }

    static int parsePort(Fields fields, String field, String text) {
        if (text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9') && !text.isEmpty()) {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        }
        fields.wrong(field, text, "a port from 1 to 65535");
        return 0;
    }

    /** The protocol by {@code appProtocol}, else by Istio's rule: the part of the port's name before a dash. */
    static AppProtocol appProtocol(String written, String portName) {
        int dash = portName.indexOf('-');
        String word = written.isEmpty() ? (dash < 0 ? portName : portName.substring(0, dash)) : written;
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "http", "kubernetes.io/ws" -> AppProtocol.HTTP11;
            case "http2", "h2c", "kubernetes.io/h2c" -> AppProtocol.HTTP2;
            case "grpc", "grpc-web" -> AppProtocol.GRPC;
            case "tls", "https" -> AppProtocol.TLS;
            case "tcp" -> AppProtocol.TCP;
            default -> AppProtocol.UNKNOWN;
        };
    }
}
