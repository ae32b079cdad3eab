package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists. Those of u8 are byte arrays. */
final class ListCodec extends Codec {

    private final Codec element;
    private final boolean ofBytes;

    ListCodec(ValType type, Codec element, Shapes.Shape shape) {
        super(shape);
        this.element = element;
        this.ofBytes = type == Primitive.U8;
    }

    @Override
    Object load(CallContext cx, long address) {
        return ofPacked(cx, cx.memory().getLong(address));
    }

    @Override
    Object lift(CallContext cx, long[] values, int at) {
        return ofPacked(cx, Values.pack(values[at], values[at + 1]));
    }

    private Object ofPacked(CallContext cx, long packed) {
        int length = cx.checkedList(packed, element.align, element.size, ofBytes ? 1 : 16);
        long address = packed & 0xFFFF_FFFFL;
        if (ofBytes) {
            return cx.memory().read(address, length);
        }
        Object[] items = new Object[length];
        for (int i = 0; i < length; i++) {
            items[i] = element.load(cx, address + (long) i * element.size);
        }
        return Collections.unmodifiableList(Arrays.asList(items));
    }

    @Override
    void store(CallContext cx, Object value, long address) {
        cx.memory().setLong(address, toPacked(cx, value));
    }

    @Override
    void lower(CallContext cx, Object value, long[] values, int at) {
        long packed = toPacked(cx, value);
        values[at] = packed & 0xFFFF_FFFFL;
        values[at + 1] = packed >>> 32;
    }

    private long toPacked(CallContext cx, Object value) {
        return switch (value) {
            case byte[] bytes -> Numbers.storeBytes(cx, bytes);
            case MemorySegment segment -> Numbers.storeSegment(cx, segment);
            case ByteBuffer buffer -> Numbers.storeSegment(cx, MemorySegment.ofBuffer(buffer));
            default -> items(cx, (List<?>) value);
        };
    }

    private long items(CallContext cx, List<?> items) {
        int length = items.size();
        long address = cx.allocate(element.align, (long) length * element.size);
        int i = 0;
        for (Object item : items) {
            element.store(cx, item, address + (long) i++ * element.size);
        }
        return Values.pack(address, length);
    }

    @Override
    void check(CallContext cx, @Nullable Object value, String where) {
        if (ofBytes && (value instanceof byte[] || value instanceof MemorySegment || value instanceof ByteBuffer)) {
            return;
        }
        if (!(value instanceof List<?> items)) {
            throw unfit(where, value, ofBytes ? "byte[]" : "List");
        }
        int i = 0;
        for (Object item : items) {
            element.check(cx, item, where + "[" + i++ + "]");
        }
    }
}
