package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.engine.HostMemory;
import org.jspecify.annotations.Nullable;

/** One component instance: its handles, and whether it may be entered and left. */
final class InstanceState {

    final @Nullable InstanceState parent;
    final HandleTable handles;
    boolean mayEnter = true;
    boolean mayLeave = true;

    InstanceState(@Nullable InstanceState parent, HostMemory.Account held) {
        this.parent = parent;
        this.handles = new HandleTable(held);
    }

    /**
     * Enters it and what contains it, as far as the caller does not run in it already.
     *
     * @param caller the instance that calls, or null for the host
     */
    void enter(@Nullable InstanceState caller) {
        for (InstanceState i = this; i != null && !i.contains(caller); i = i.parent) {
            if (!i.mayEnter) {
                throw Traps.broken("cannot enter component instance: it runs already, or trapped before");
            }
        }
        for (InstanceState i = this; i != null && !i.contains(caller); i = i.parent) {
            i.mayEnter = false;
        }
    }

    /** Undoes {@link #enter} at the normal end of a call; a trap leaves the instance shut for good. */
    void leave(@Nullable InstanceState caller) {
        for (InstanceState i = this; i != null && !i.contains(caller); i = i.parent) {
            i.mayEnter = true;
        }
    }

    private boolean contains(@Nullable InstanceState other) {
        for (InstanceState i = other; i != null; i = i.parent) {
            if (i == this) {
                return true;
            }
        }
        return false;
    }

    void checkMayLeave() {
        if (!mayLeave) {
            throw Traps.broken("cannot leave component instance: it allocates or cleans up");
        }
    }
}
