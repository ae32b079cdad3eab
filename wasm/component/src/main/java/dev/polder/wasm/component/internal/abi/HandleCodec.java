package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ResourceType;
import org.jspecify.annotations.Nullable;

/** Handles, as the host's object or a {@code GuestResource}. */
final class HandleCodec extends Codec {

    private final ResourceType type;
    private final boolean own;

    HandleCodec(ResourceType type, boolean own, Shapes.Shape shape) {
        super(shape);
        this.type = type;
        this.own = own;
    }

    @Override
    Object load(CallContext cx, long address) {
        return ofIndex(cx, cx.memory().getInt(address));
    }

    @Override
    Object lift(CallContext cx, long[] raw, int at) {
        return ofIndex(cx, (int) raw[at]);
    }

    private Object ofIndex(CallContext cx, int index) {
        return own ? cx.liftOwn(index, type) : cx.liftBorrow(index, type);
    }

    private int index(CallContext cx, Object value) {
        return own ? cx.lowerOwn(value, type) : cx.lowerBorrow(value, type);
    }

    @Override
    void store(CallContext cx, Object value, long address) {
        cx.memory().setInt(address, index(cx, value));
    }

    @Override
    void lower(CallContext cx, Object value, long[] raw, int at) {
        raw[at] = index(cx, value) & 0xFFFF_FFFFL;
    }

    @Override
    void check(CallContext cx, @Nullable Object value, String where) {
        String expected = value == null ? "a handle to a " + type : cx.whyNot(value, type, own);
        if (expected != null) {
            throw unfit(where, value, expected);
        }
    }
}
