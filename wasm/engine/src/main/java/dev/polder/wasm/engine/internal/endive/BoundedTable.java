package dev.polder.wasm.engine.internal.endive;

import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.InstanceLimits;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/** A table that is counted, and grows as far as the limits let it. */
final class BoundedTable extends TableInstance {

    private static final int REFUSED = -1;

    /** Its number, its instance, and for some kinds an object. */
    private static final long ELEMENT_BYTES = 12;

    private final long declared;
    private final InstanceLimits limits;
    private final HostMemory.Account account;

    /** @param account has the arrays, which lie in the heap */
    @SuppressWarnings("this-escape") // asks its own size, nothing else
    BoundedTable(Table table, int initial, InstanceLimits limits, HostMemory.Account account) {
        super(held(table, account), initial);
        this.declared = table.limits().max();
        this.limits = limits;
        this.account = account;
    }

    /** With limits of its own: Endive changes them when it grows, and would otherwise change the module's. */
    private static Table held(Table table, HostMemory.Account account) {
        TableLimits of = table.limits();
        account.begin(of.min() * ELEMENT_BYTES, 1);
        return new Table(table.elementType(), new TableLimits(of.min(), of.max()), table.initialize());
    }

    private boolean mayGrow(int by) {
        long wanted = size() + Integer.toUnsignedLong(by);
        if (wanted > limits.tableElements()) {
            limits.refusals().passed(GuestLimit.TABLE);
            return false;
        }
        if (wanted > declared) {
            return false;
        }
        // Both arrays are there for a moment.
        if (!account.tryHold(wanted * ELEMENT_BYTES)) {
            limits.refusals().passed(GuestLimit.HOST_MEMORY);
            return false;
        }
        account.release(size() * ELEMENT_BYTES);
        return true;
    }

    @Override
    public int grow(int by, int value, @Nullable Instance instance) {
        return mayGrow(by) ? super.grow(by, value, instance) : REFUSED;
    }

    @Override
    public int growWithRef(int by, Object reference, Instance instance) {
        return mayGrow(by) ? super.growWithRef(by, reference, instance) : REFUSED;
    }
}
