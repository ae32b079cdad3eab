package dev.polder.mesh.config;

import dev.polder.kernel.model.Resource;
import dev.polder.mesh.config.internal.Compiler;
import java.time.Clock;
import java.util.Collection;

/**
 * Compiles the mesh's resources into one snapshot and the status of each resource.
 *
 * <p>A pure function of its input but for the times of conditions that changed. Resources of other kinds are passed
 * over. A resource with mistakes is left out and told so in its status; an AuthorizationPolicy with mistakes closes the
 * workloads it selects. Safe for any thread.
 */
public final class MeshCompiler {

    private final MeshOptions options;
    private final Clock clock;

    /**
     * @param clock for {@code lastTransitionTime} of conditions
     */
    public MeshCompiler(MeshOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
    }

    /** Compiles; the snapshot's version is the highest {@code resourceVersion} of the input. */
    public Compilation compile(Collection<Resource> resources) {
        long version = resources.stream()
                .mapToLong(resource -> resource.metadata().resourceVersion())
                .max()
                .orElse(0);
        return compile(resources, version);
    }

    /** Compiles into a snapshot of a version that the caller counts. */
    public Compilation compile(Collection<Resource> resources, long version) {
        return Compiler.compile(resources, options, version, clock.instant());
    }

    public MeshOptions options() {
        return options;
    }
}
