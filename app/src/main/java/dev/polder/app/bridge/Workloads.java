package dev.polder.app.bridge;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.portal.catalog.Entity;
import java.util.Optional;

/** Which workload a catalogued component runs as, and which component a workload belongs to. */
final class Workloads {

    /** On a component: the workload it runs as, {@code NAMESPACE/NAME}. */
    static final String ANNOTATION = "polder.dev/workload";

    private Workloads() {}

    /** The workload of a component: the one that it says, else the one of its namespace and name; empty for other kinds. */
    static Optional<WorkloadRef> of(Entity entity) {
        return of(entity.ref(), entity.annotation(ANNOTATION));
    }

    static Optional<WorkloadRef> of(EntityRef ref, Optional<String> said) {
        if (!ref.kind().equalsIgnoreCase("component")) {
            return Optional.empty();
        }
        return said.isPresent() ? parse(said.get()) : parse(ref.namespace() + "/" + ref.name());
    }

    /** The component that a workload is, by the convention of the templates: the same namespace and name. */
    static EntityRef component(WorkloadRef workload) {
        return EntityRef.of("component", workload.namespace(), workload.name());
    }

    private static Optional<WorkloadRef> parse(String text) {
        int slash = text.indexOf('/');
        try {
            return Optional.of(
                    slash < 0
                            ? new WorkloadRef(EntityRef.DEFAULT_NAMESPACE, text)
                            : new WorkloadRef(text.substring(0, slash), text.substring(slash + 1)));
        } catch (Problem malformed) {
            // The catalogue accepts any text here; a component with a malformed one runs nowhere.
            return Optional.empty();
        }
    }
}
