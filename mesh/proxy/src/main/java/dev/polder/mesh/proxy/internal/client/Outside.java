package dev.polder.mesh.proxy.internal.client;

import dev.polder.mesh.proxy.EgressPolicy;
import dev.polder.mesh.proxy.HttpFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host outside the mesh was resolved to: the addresses that may be connected to, or why there are none.
 *
 * @param addresses in the resolver's order
 */
record Outside(List<InetAddress> addresses, @Nullable HttpFailure failure) {

    private static final Logger LOG = LoggerFactory.getLogger(Outside.class);

    /** Asks the system's resolver and then the policy; blocks. */
    static Outside resolve(String host, int port, EgressPolicy policy) {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            return failed(HttpFailure.Kind.DNS_ERROR, "host \"" + host + "\": no address");
        }
        List<InetAddress> allowed = new ArrayList<>();
        for (InetAddress address : all) {
            if (allows(policy, host, port, address)) {
                allowed.add(address);
            }
        }
        return allowed.isEmpty()
                ? failed(
                        HttpFailure.Kind.DESTINATION_IP_PROHIBITED,
                        "host \"" + host + "\": none of its addresses may be connected to")
                : new Outside(List.copyOf(allowed), null);
    }

    private static boolean allows(EgressPolicy policy, String host, int port, InetAddress address) {
        try {
            return policy.allows(host, port, address);
        } catch (RuntimeException e) {
            LOG.error("egress policy failed for {}:{} at {}", host, port, address, e);
            return false;
        }
    }

    private static Outside failed(HttpFailure.Kind kind, String detail) {
        return new Outside(List.of(), new HttpFailure(kind, detail));
    }
}
