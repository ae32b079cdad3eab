package dev.polder.wasm.wasi.p2.io;

import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmTrap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resource of the host that counts as an open handle until it is dropped. Used by the guest's thread.
 *
 * <p>A child (the stream of a body) counts at its parent: functions that hand the parent over trap while one is there, as
 * the specification has it. Dropping a parent first is let pass, which it allows: what the child is about ends then.
 */
public abstract class Resource implements HostResource {

    private final GuestIo io;
    private final @Nullable Resource parent;
    private int children;
    private boolean dropped;

    @SuppressWarnings("this-escape") // kept, not called, until it is dropped
    protected Resource(GuestIo io, @Nullable Resource parent) {
        this.io = io;
        this.parent = parent;
        io.add(this);
        if (parent != null) {
            parent.children++;
        }
    }

    protected Resource(GuestIo io) {
        this(io, null);
    }

    /** The instance's waiting and handles. */
    public final GuestIo io() {
        return io;
    }

    @Override
    public final void drop() {
        if (dropped) {
            return;
        }
        dropped = true;
        io.remove(this);
        if (parent != null) {
            parent.children--;
        }
        free();
    }

    /** Frees what it holds; called once. */
    protected void free() {}

    /** Whether it was dropped or handed over. */
    protected final boolean isDropped() {
        return dropped;
    }

    /** Traps while a child of it is there. */
    public final void requireNoChildren(String name) {
        if (children > 0) {
            throw trap(name + ": " + children + " of its children are still held (expected: dropped before it)");
        }
    }

    /** Ends the guest for breaking a rule of an interface. */
    public static WasmTrap trap(String message) {
        return new WasmTrap(TrapCode.HOST, message, List.of(), null);
    }
}
