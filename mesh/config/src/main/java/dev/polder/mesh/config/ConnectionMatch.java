package dev.polder.mesh.config;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The leaf of a policy: every field that is not empty must hold.
 *
 * <p>Principals are compared without {@code spiffe://}. A {@code not…} field holds when none of its values match, so an
 * absent principal satisfies {@code notPrincipals}.
 */
public record ConnectionMatch(
        List<StringMatch> namespaces,
        List<StringMatch> notNamespaces,
        List<StringMatch> principals,
        List<StringMatch> notPrincipals,
        List<IpBlock> sourceIps,
        List<IpBlock> notSourceIps,
        List<IpBlock> destinationIps,
        List<IpBlock> notDestinationIps,
        List<Integer> destinationPorts,
        List<Integer> notDestinationPorts) {

    public ConnectionMatch {
        namespaces = List.copyOf(namespaces);
        notNamespaces = List.copyOf(notNamespaces);
        principals = List.copyOf(principals);
        notPrincipals = List.copyOf(notPrincipals);
        sourceIps = List.copyOf(sourceIps);
        notSourceIps = List.copyOf(notSourceIps);
        destinationIps = List.copyOf(destinationIps);
        notDestinationIps = List.copyOf(notDestinationIps);
        destinationPorts = List.copyOf(destinationPorts);
        notDestinationPorts = List.copyOf(notDestinationPorts);
    }

    boolean matches(ConnectionFacts facts, @Nullable String principal) {
        return text(namespaces, notNamespaces, facts.sourceNamespace())
                && text(principals, notPrincipals, principal)
                && address(sourceIps, notSourceIps, facts.sourceIp())
                && address(destinationIps, notDestinationIps, facts.destinationIp())
                && (destinationPorts.isEmpty() || hasPort(destinationPorts, facts.destinationPort()))
                && !hasPort(notDestinationPorts, facts.destinationPort());
    }

    private static boolean text(List<StringMatch> wanted, List<StringMatch> unwanted, @Nullable String value) {
        return (wanted.isEmpty() || anyText(wanted, value)) && !anyText(unwanted, value);
    }

    private static boolean anyText(List<StringMatch> matches, @Nullable String value) {
        for (int i = 0; i < matches.size(); i++) {
            if (matches.get(i).matches(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean address(List<IpBlock> wanted, List<IpBlock> unwanted, InetAddress value) {
        return (wanted.isEmpty() || anyAddress(wanted, value)) && !anyAddress(unwanted, value);
    }

    private static boolean anyAddress(List<IpBlock> blocks, InetAddress value) {
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).contains(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasPort(List<Integer> ports, int value) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i) == value) {
                return true;
            }
        }
        return false;
    }
}
