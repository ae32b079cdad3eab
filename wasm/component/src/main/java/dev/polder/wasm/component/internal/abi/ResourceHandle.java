package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * A guest's handle to a resource: of the host, then {@code host} is the object, or of a guest, then {@code rep} is its
 * representation. It owns the resource, or has it for one call ({@code scope}).
 */
final class ResourceHandle implements HandleEntry {

    final ResourceType type;
    final @Nullable HostResource host;
    final int rep;

    /** The call that lent it; null for one that owns. */
    final @Nullable CallContext scope;

    /** Calls under way that it was lent to. */
    int lends;

    ResourceHandle(ResourceType type, @Nullable HostResource host, int rep, @Nullable CallContext scope) {
        this.type = type;
        this.host = host;
        this.rep = rep;
        this.scope = scope;
    }

    boolean owns() {
        return scope == null;
    }
}
