package dev.polder.wasm.registry;

import dev.polder.kernel.model.Problem;

/**
 * Says where a registry may be, and where it may lead: asked before each request, redirects and token services included.
 * For any thread; may block.
 */
@FunctionalInterface
public interface AddressGuard {

    /** Lets everything pass. */
    AddressGuard NONE = host -> {};

    /**
     * Returns when a host may be asked.
     *
     * @param host a name, or an address without brackets
     * @throws Problem FORBIDDEN
     */
    void check(String host);
}
