package dev.polder.wasm.component.internal.plan;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.abi.CanonicalAbi;
import dev.polder.wasm.component.internal.abi.ComponentState;
import dev.polder.wasm.component.internal.abi.HostMethods;
import dev.polder.wasm.component.internal.abi.ServiceKey;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.HostFunctions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Matches what a plan imports with what the host offers, and makes its host functions. A function that no core module
 * gets cannot be called, so it need not be there; an interface must be there for a function that is used and for a
 * resource.
 */
final class HostLinker {

    private static final int SHOWN = 30;

    private final Plan plan;
    private final List<HostInterface> offered;
    private final Map<String, HostInterface> interfaces = new HashMap<>();
    private final Map<ResourceType, Class<? extends HostResource>> resources = new HashMap<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private final List<ServiceKey> services = new ArrayList<>(List.of(ServiceKey.ROOT));

    HostLinker(Plan plan, List<HostInterface> offered) {
        this.plan = plan;
        this.offered = List.copyOf(offered);
    }

    /** The Java classes of imported resources. */
    Map<ResourceType, Class<? extends HostResource>> resources() {
        return resources;
    }

    /** Whose objects its functions are called on; the first are those that an instance is made with. */
    List<ServiceKey> services() {
        return services;
    }

    /** The host functions of the plan, in its order. */
    List<HostFunctions.Definition> link() {
        plan.imports().forEach((name, wanted) -> find(name, wanted).ifPresent(i -> interfaces.put(name, i)));
        plan.resources().forEach(this::resource);
        plan.imports().values().stream()
                .map(wanted -> wanted.grant().services())
                .filter(key -> !services.contains(key))
                .forEach(services::add);
        List<HostFunctions.Definition> functions = new ArrayList<>();
        for (HostDefinition host : plan.hosts()) {
            function(host).ifPresent(f -> functions.add(new HostFunctions.Definition(host.coreType(), f)));
        }
        refuseMissing();
        return functions;
    }

    private Optional<HostInterface> find(String name, Plan.Import wanted) {
        Optional<HostInterface> byName = find(InterfaceName.parse(name));
        return byName.isPresent() ? byName : find(InterfaceName.parse(wanted.implemented()));
    }

    private Optional<HostInterface> find(InterfaceName wanted) {
        return offered.stream()
                .filter(i -> wanted.fits(new InterfaceName(i.name(), i.version())))
                .max((a, b) -> InterfaceName.BY_VERSION.compare(
                        new InterfaceName(a.name(), a.version()), new InterfaceName(b.name(), b.version())));
    }

    private void resource(ResourceType type, Plan.ImportedResource wanted) {
        HostInterface host = interfaces.get(wanted.interfaceName());
        if (host == null) {
            missing.add(absent(wanted.interfaceName(), "resource " + wanted.name()));
            return;
        }
        Class<? extends HostResource> found = host.resources().get(wanted.name());
        if (found == null) {
            missing.add("resource " + wanted.name() + " of " + wanted.interfaceName() + " (the host has: "
                    + host.resources().keySet() + ")");
        } else {
            resources.put(type, found);
        }
    }

    private Optional<HostFunction> function(HostDefinition host) {
        return switch (host) {
            case HostDefinition.LowerImport l -> imported(l);
            case HostDefinition.LowerLifted l -> Optional.of(CanonicalAbi.lower(l.type(), l.options(), l.function()));
            case HostDefinition.ResourceNew r -> Optional.of(CanonicalAbi.resourceNew(r.resource(), r.instance()));
            case HostDefinition.ResourceRep r -> Optional.of(CanonicalAbi.resourceRep(r.resource(), r.instance()));
            case HostDefinition.ResourceDrop r -> Optional.of(CanonicalAbi.resourceDrop(r.resource(), r.instance()));
        };
    }

    private Optional<HostFunction> imported(HostDefinition.LowerImport lower) {
        Item.Imported function = lower.function();
        Plan.Import wanted = plan.imports().get(function.interfaceName());
        String refusal = wanted == null ? null : wanted.grant().refusal();
        if (refusal != null) {
            return Optional.of(call -> {
                throw Problem.guest(Problem.Code.FORBIDDEN, refusal + " (" + function.name() + ")", null);
            });
        }
        if (wanted != null && wanted.grant().nothing()) {
            return Optional.of(CanonicalAbi.nothing(function.type(), lower.options()));
        }
        HostInterface host = interfaces.get(function.interfaceName());
        if (host == null) {
            missing.add(absent(function.interfaceName(), function.name()));
            return Optional.empty();
        }
        try {
            HostFunction lowered = CanonicalAbi.lower(
                    function.type(),
                    lower.options(),
                    HostMethods.resolve(host, function.name(), function.type(), resources));
            return Optional.of(services.size() == 1 ? lowered : on(services.indexOf(key(wanted)), lowered));
        } catch (Problem problem) {
            if (problem.code() != Problem.Code.NOT_FOUND && missing.isEmpty()) {
                throw problem;
            }
            missing.add("function " + function.name() + " of " + function.interfaceName() + " (" + problem.getMessage()
                    + ")");
            return Optional.empty();
        }
    }

    private static ServiceKey key(Plan.@Nullable Import wanted) {
        return wanted == null ? ServiceKey.ROOT : wanted.grant().services();
    }

    /** What a host function calls of a guest, the destructor of a resource, goes back to that guest's own objects. */
    private static HostFunction on(int services, HostFunction function) {
        return call -> {
            ComponentState state = ComponentState.of(call);
            int before = state.use(services);
            try {
                function.call(call);
            } finally {
                state.use(before);
            }
        };
    }

    private String absent(String interfaceName, String example) {
        if (interfaceName.isEmpty()) {
            return "\"" + example + "\", imported by itself (the host offers it in no interface without a name)";
        }
        String name = InterfaceName.parse(interfaceName).name();
        List<String> versions = offered.stream()
                .filter(i -> i.name().equals(name))
                .map(HostInterface::version)
                .toList();
        if (!versions.isEmpty()) {
            return interfaceName + " (the host has it in version " + String.join(", ", versions) + ")";
        }
        int slash = name.indexOf('/');
        String packageName = slash < 0 ? name : name.substring(0, slash + 1);
        List<String> near = offered.stream()
                .map(HostInterface::name)
                .filter(n -> n.startsWith(packageName))
                .toList();
        return interfaceName + " (the host has " + (near.isEmpty() ? "nothing of " + packageName : near.toString())
                + ")";
    }

    private void refuseMissing() {
        if (missing.isEmpty()) {
            return;
        }
        List<String> shown = missing.stream().limit(SHOWN).toList();
        throw Problem.invalid("the component imports what the host does not have: " + String.join("; ", shown)
                + (missing.size() > SHOWN ? "; and " + (missing.size() - SHOWN) + " more" : ""));
    }
}
