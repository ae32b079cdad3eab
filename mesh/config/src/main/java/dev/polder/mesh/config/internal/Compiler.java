package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import dev.polder.mesh.config.Compilation;
import dev.polder.mesh.config.Gateway;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.config.internal.HttpRouteSpec.ParentRef;
import dev.polder.mesh.config.internal.Inputs.Item;
import dev.polder.mesh.config.internal.ListenerDraft.Flaw;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The order of compilation: policies, workloads, services, gateways, routes, status. */
public final class Compiler {

    private Compiler() {}

    /** Compiles resources; what cannot be used is left out and told in its status. */
    public static Compilation compile(Collection<Resource> resources, MeshOptions options, long version, Instant now) {
        Inputs inputs = Inputs.read(resources);
        Statuses statuses = new Statuses(now);
        PolicyCompiler policies = PolicyCompiler.compile(inputs, options, statuses);
        Map<Workload, Integer> workloads = WorkloadCompiler.compile(inputs, options, policies, statuses);
        ServiceCompiler services = ServiceCompiler.compile(inputs, options, workloads, statuses);
        GatewayCompiler gateways = GatewayCompiler.compile(inputs, options);
        BackendResolver backends =
                new BackendResolver(services.services(), inputs.of(ReferenceGrantSpec.class), options);
        new RouteCompiler(inputs, options, gateways, backends, statuses).attachAll();
        List<Gateway> finished = gateways.finish(statuses);
        broken(inputs, options, statuses);
        MeshSnapshot snapshot = new MeshSnapshot(
                version,
                options.trustDomain(),
                services.byUid(),
                services.byAddress(),
                services.services(),
                services.byVip(),
                finished,
                policies.policies());
        return new Compilation(snapshot, statuses.all());
    }

    private static void broken(Inputs inputs, MeshOptions options, Statuses statuses) {
        for (Item<Object> item : inputs.broken()) {
            String message = inputs.mistakesOf(item.key()).orElse("");
            if (item.spec() instanceof HttpRouteSpec route && !route.parents().isEmpty()) {
                List<RouteStatus.Parent> parents = route.parents().stream()
                        .map((ParentRef ref) -> new RouteStatus.Parent(ref, new Flaw("Invalid", message)))
                        .toList();
                RouteStatus.write(item.resource(), parents, List.of(), options, statuses);
            } else {
                statuses.refused(item.resource(), "Invalid", message);
            }
        }
    }
}
