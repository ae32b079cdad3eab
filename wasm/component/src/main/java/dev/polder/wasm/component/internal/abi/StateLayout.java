package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ResourceType;
import java.util.Map;

/**
 * What every {@link ComponentState} of one linked component has; made once with its plan.
 *
 * @param memories number of memory slots
 * @param functions number of function slots
 * @param parents for each component instance the index of the one that contains it, -1 for the root: a component may not
 *     be entered again, from outside, while it or what contains it runs
 * @param resources the resource types that guests define; any other is the host's
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StateLayout(int memories, int functions, int[] parents, Map<ResourceType, GuestResourceDef> resources) {

    public StateLayout {
        resources = Map.copyOf(resources);
    }
}
