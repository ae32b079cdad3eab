package dev.polder.wasm.component.internal.plan;

import dev.polder.kernel.model.Problem;
import java.util.Optional;

/** Finds exported interfaces: by the very name, else by a version of the same track. */
public final class InterfaceLookup {

    private InterfaceLookup() {}

    public static Optional<Plan.Export> find(Plan plan, String name) {
        Plan.Export exact = plan.exports().get(name);
        if (exact != null) {
            return Optional.of(exact);
        }
        InterfaceName wanted = InterfaceName.parse(name);
        return plan.exports().entrySet().stream()
                .filter(e -> wanted.fits(InterfaceName.parse(e.getKey())))
                .findFirst()
                .map(java.util.Map.Entry::getValue);
    }

    /** @throws Problem NOT_FOUND with what there is */
    public static Plan.Export get(Plan plan, String name) {
        return find(plan, name)
                .orElseThrow(() -> Problem.notFound("the component exports no interface \"" + name
                        + "\" (expected: one of " + plan.exports().keySet() + ")"));
    }
}
