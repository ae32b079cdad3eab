package dev.polder.wasm.component;

/**
 * A resource that a guest implements, held by the host: a handle that the host was given and can pass back. Belongs to
 * one component instance and is used on its thread only.
 */
public final class GuestResource {

    /** What a handle does; implemented by the ABI. */
    public interface Handle {
        ResourceType type();

        void drop();
    }

    private final Handle handle;

    /** Made by the ABI only. */
    public GuestResource(Handle handle) {
        this.handle = handle;
    }

    public ResourceType type() {
        return handle.type();
    }

    /** For the ABI. */
    public Handle handle() {
        return handle;
    }

    /**
     * Runs the guest's destructor. Does nothing for a handle that was only lent, was given back, or was dropped before.
     *
     * @throws dev.polder.wasm.engine.WasmTrap when the destructor traps
     */
    public void drop() {
        handle.drop();
    }
}
