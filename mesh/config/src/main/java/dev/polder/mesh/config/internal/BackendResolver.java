package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.Backend;
import dev.polder.mesh.config.Cluster;
import dev.polder.mesh.config.HttpRule;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.Service;
import dev.polder.mesh.config.ServiceKey;
import dev.polder.mesh.config.internal.HttpRouteSpec.BackendSpec;
import dev.polder.mesh.config.internal.HttpRouteSpec.RuleSpec;
import dev.polder.mesh.config.internal.Inputs.Item;
import dev.polder.mesh.config.internal.ListenerDraft.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what backendRefs mean: the Service, whether the reference is allowed, and the endpoints of its port. */
final class BackendResolver {

    private final Map<ServiceKey, Service> services;
    private final List<Item<ReferenceGrantSpec>> grants;
    private final MeshOptions options;

    BackendResolver(Map<ServiceKey, Service> services, List<Item<ReferenceGrantSpec>> grants, MeshOptions options) {
        this.services = services;
        this.grants = grants;
        this.options = options;
    }

    /** The rule with resolved backends; each one that cannot be resolved is added to {@code flaws}. */
    HttpRule rule(Item<HttpRouteSpec> route, int index, List<Flaw> flaws) {
        RuleSpec rule = route.spec().rules().get(index);
        List<Backend> backends = new ArrayList<>();
        int total = 0;
        for (int i = 0; i < rule.backends().size(); i++) {
            BackendSpec spec = rule.backends().get(i);
            String path = "spec.rules[" + index + "].backendRefs[" + i + "]";
            Flaw flaw = flaw(route.namespace(), spec, path);
            if (flaw != null) {
                flaws.add(flaw);
            }
            backends.add(new Backend(
                    spec.weight(),
                    flaw == null ? cluster(spec) : null,
                    flaw == null ? "" : flaw.message(),
                    spec.filters()));
            total += spec.weight();
        }
        return new HttpRule(
                route.namespace(), route.name(), index, rule.name(), rule.filters(), backends, total, rule.timeouts());
    }

    private @Nullable Flaw flaw(String routeNamespace, BackendSpec spec, String path) {
        if (!spec.group().isEmpty() || !spec.kind().equals("Service")) {
            return new Flaw("InvalidKind", path + ": kind " + spec.kind() + " (expected: Service)");
        }
        if (!spec.namespace().equals(routeNamespace) && !granted(routeNamespace, spec)) {
            return new Flaw(
                    "RefNotPermitted",
                    path + ": no ReferenceGrant in namespace " + spec.namespace() + " lets HTTPRoutes of "
                            + routeNamespace + " refer to Service " + spec.name());
        }
        Service service = services.get(key(spec));
        if (service == null) {
            return new Flaw(
                    "BackendNotFound", path + ": Service " + spec.namespace() + "/" + spec.name() + " does not exist");
        }
        if (service.cluster(spec.port()) == null) {
            return new Flaw(
                    "BackendNotFound",
                    path + ".port: " + spec.port() + " (expected: a port of Service " + spec.namespace() + "/"
                            + spec.name() + ")");
        }
        return null;
    }

    private boolean granted(String routeNamespace, BackendSpec spec) {
        var from = new ReferenceGrantSpec.From(Groups.GATEWAY, "HTTPRoute", routeNamespace);
        var to = new ReferenceGrantSpec.To(Groups.CORE, "Service", spec.name());
        return grants.stream()
                .anyMatch(grant -> grant.namespace().equals(spec.namespace())
                        && grant.spec().allows(from, to));
    }

    private @Nullable Cluster cluster(BackendSpec spec) {
        Service service = services.get(key(spec));
        return service == null ? null : service.cluster(spec.port());
    }

    private ServiceKey key(BackendSpec spec) {
        return new ServiceKey(spec.namespace(), ServiceCompiler.hostname(spec.name(), spec.namespace(), options));
    }
}
