package dev.polder.wasm.component.internal.abi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Flags, as the set of names that are on. Bits without a name are ignored. */
final class FlagsCodec extends Codec {

    private final List<String> names;

    FlagsCodec(List<String> names, Shapes.Shape shape) {
        super(shape);
        this.names = names;
    }

    @Override
    Object load(CallContext cx, long address) {
        return set(
                switch (size) {
                    case 1 -> cx.memory().getByte(address);
                    case 2 -> cx.memory().getShort(address);
                    default -> cx.memory().getInt(address);
                });
    }

    @Override
    Object lift(CallContext cx, long[] raw, int at) {
        return set((int) raw[at]);
    }

    private Set<String> set(int bits) {
        Set<String> set = new LinkedHashSet<>();
        for (int i = 0; i < names.size(); i++) {
            if ((bits >>> i & 1) != 0) {
                set.add(names.get(i));
            }
        }
        return set;
    }

    private int bits(Object value) {
        int bits = 0;
        for (Object name : (Set<?>) value) {
            bits |= 1 << names.indexOf((String) name);
        }
        return bits;
    }

    @Override
    void store(CallContext cx, Object value, long address) {
        int bits = bits(value);
        switch (size) {
            case 1 -> cx.memory().setByte(address, (byte) bits);
            case 2 -> cx.memory().setShort(address, (short) bits);
            default -> cx.memory().setInt(address, bits);
        }
    }

    @Override
    void lower(CallContext cx, Object value, long[] raw, int at) {
        raw[at] = bits(value) & 0xFFFF_FFFFL;
    }

    @Override
    void check(CallContext cx, @Nullable Object value, String where) {
        if (!(value instanceof Set<?> set) || !names.containsAll(set)) {
            throw unfit(where, value, "Set of names out of " + names);
        }
    }
}
