package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.engine.HostMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The handles of one component instance. Index 0 is never given out; the index freed last is used first. Source:
 * CanonicalABI.md, "Table State".
 */
final class HandleTable {

    private static final int MAX = (1 << 28) - 1;

    /** About what one takes in the heap: its object, and its places in the two arrays. */
    private static final long ENTRY_BYTES = 48;

    private @Nullable HandleEntry[] entries = new HandleEntry[8];

    /** Free indices, a stack. */
    private int[] free = new int[8];

    private int freeCount;
    private int length = 1;

    private final HostMemory.Account held;

    /** @param held counts what it takes: a guest makes handles of its own as long as it likes */
    HandleTable(HostMemory.Account held) {
        this.held = held;
    }

    int add(HandleEntry entry) {
        int index;
        if (freeCount > 0) {
            index = free[--freeCount];
        } else {
            if (length > MAX) {
                throw Traps.broken("handles: more than " + MAX);
            }
            if (length == entries.length) {
                held.hold(length * ENTRY_BYTES);
                entries = Arrays.copyOf(entries, length * 2);
            }
            index = length++;
        }
        entries[index] = entry;
        return index;
    }

    HandleEntry get(int index) {
        HandleEntry entry = Integer.compareUnsigned(index, length) < 0 ? entries[index] : null;
        if (entry == null) {
            throw Traps.broken("unknown handle index " + Integer.toUnsignedString(index));
        }
        return entry;
    }

    /** The handle of a resource of this type. */
    ResourceHandle resource(int index, ResourceType type) {
        if (!(get(index) instanceof ResourceHandle handle)) {
            throw Traps.broken("handle " + index + " is not of a resource");
        }
        if (handle.type != type) {
            throw Traps.broken("handle " + index + " is a " + handle.type + " (expected: a " + type + ")");
        }
        return handle;
    }

    /** Takes a handle away; it must not be lent. */
    ResourceHandle removeResource(int index, ResourceType type) {
        ResourceHandle handle = resource(index, type);
        if (handle.lends != 0) {
            throw Traps.broken("handle " + index + " of a " + type + " is given away while it is lent");
        }
        entries[index] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = index;
        return handle;
    }

    /** Takes an owning handle away. */
    ResourceHandle removeOwned(int index, ResourceType type) {
        if (!resource(index, type).owns()) {
            throw Traps.broken("handle " + index + " of a " + type + " is borrowed (expected: one that owns)");
        }
        return removeResource(index, type);
    }

    /** Handles in use. */
    int size() {
        return length - 1 - freeCount;
    }

    /** Empties the table; gives what was in it. */
    HandleEntry[] clear() {
        HandleEntry[] left =
                Arrays.stream(entries, 0, length).filter(e -> e != null).toArray(HandleEntry[]::new);
        Arrays.fill(entries, null);
        length = 1;
        freeCount = 0;
        return left;
    }
}
