package dev.polder.mesh.proxy.internal.client;

import dev.polder.mesh.config.IpBlock;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.Service;
import dev.polder.mesh.config.ServiceKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The services of one snapshot by every name a caller may use, as the search list of a Kubernetes pod would have it.
 * Immutable.
 */
final class MeshNames {

    private static final String OF_SERVICES = ".svc";

    private final MeshSnapshot snapshot;
    private final Map<String, Service> byName = new HashMap<>();

    MeshNames(MeshSnapshot snapshot) {
        this.snapshot = snapshot;
        snapshot.services().values().forEach(service -> {
            ServiceKey key = service.key();
            String host = key.hostname();
            // a host that several namespaces declare belongs to the first of them, unless the caller has one of its own
            byName.merge(host, service, (a, b) -> a.key().compareTo(b.key()) <= 0 ? a : b);
            String inside = "." + key.namespace() + OF_SERVICES + ".";
            int at = host.indexOf(inside);
            if (at > 0 && host.indexOf('.') == at) {
                String name = host.substring(0, at);
                byName.put(name + "." + key.namespace(), service);
                byName.put(name + "." + key.namespace() + OF_SERVICES, service);
            }
        });
    }

    MeshSnapshot snapshot() {
        return snapshot;
    }

    /** The service with that name as the namespace sees it, or by its virtual address; null when it is no such thing. */
    @Nullable
    Service find(String host, String namespace) {
        Service own = snapshot.services().get(new ServiceKey(namespace, host));
        if (own != null) {
            return own;
        }
        Service found = host.indexOf('.') < 0 ? byName.get(host + "." + namespace) : byName.get(host);
        if (found != null) {
            return found;
        }
        return IpBlock.address(host).map(snapshot::serviceAt).orElse(null);
    }

    /** Whether the name can only be a service's: such a name is not asked for outside. */
    static boolean isOfMesh(String host) {
        return host.endsWith(OF_SERVICES) || host.endsWith(OF_SERVICES + ".cluster.local");
    }
}
