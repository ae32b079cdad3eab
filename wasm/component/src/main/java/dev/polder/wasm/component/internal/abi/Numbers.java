package dev.polder.wasm.component.internal.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Lists of numbers, copied in one piece. Lists are given and taken as pointer in the low half and length in the high.
 * Public for generated code only.
 */
public final class Numbers {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Numbers() {}

    private static MemorySegment view(CallContext cx, long packed, int bytes, int hostBytes) {
        int length = cx.checkedList(packed, bytes, bytes, hostBytes);
        return cx.memory().slice(packed & 0xFFFF_FFFFL, (long) length * bytes);
    }

    private static MemorySegment room(CallContext cx, long address, int length, int bytes) {
        return cx.memory().slice(address, (long) length * bytes);
    }

    public static byte[] loadBytes(CallContext cx, long packed) {
        int length = cx.checkedList(packed, 1, 1, 1);
        byte[] bytes = new byte[length];
        cx.memory().read(packed & 0xFFFF_FFFFL, bytes, 0, length);
        return bytes;
    }

    /** A view of the guest's memory, valid until the guest runs again. */
    public static MemorySegment loadSegment(CallContext cx, long packed) {
        return view(cx, packed, 1, 0);
    }

    public static short[] loadShorts(CallContext cx, long packed) {
        return view(cx, packed, 2, 2).toArray(SHORT);
    }

    /** u16. */
    public static int[] loadU16(CallContext cx, long packed) {
        MemorySegment from = view(cx, packed, 2, 4);
        int[] values = new int[(int) (packed >>> 32)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Short.toUnsignedInt(from.get(SHORT, i * 2L));
        }
        return values;
    }

    public static int[] loadInts(CallContext cx, long packed) {
        return view(cx, packed, 4, 4).toArray(INT);
    }

    /** u32, zero-extended. */
    public static long[] loadU32(CallContext cx, long packed) {
        MemorySegment from = view(cx, packed, 4, 8);
        long[] values = new long[(int) (packed >>> 32)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Integer.toUnsignedLong(from.get(INT, i * 4L));
        }
        return values;
    }

    public static long[] loadLongs(CallContext cx, long packed) {
        return view(cx, packed, 8, 8).toArray(LONG);
    }

    public static float[] loadFloats(CallContext cx, long packed) {
        float[] values = view(cx, packed, 4, 4).toArray(FLOAT);
        for (int i = 0; i < values.length; i++) {
            if (Float.isNaN(values[i])) {
                values[i] = Float.NaN;
            }
        }
        return values;
    }

    public static double[] loadDoubles(CallContext cx, long packed) {
        double[] values = view(cx, packed, 8, 8).toArray(DOUBLE);
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                values[i] = Double.NaN;
            }
        }
        return values;
    }

    public static long storeBytes(CallContext cx, byte[] values) {
        long address = cx.allocate(1, values.length);
        cx.memory().write(address, values, 0, values.length);
        return Values.pack(address, values.length);
    }

    /** All bytes of a segment. */
    public static long storeSegment(CallContext cx, MemorySegment values) {
        long size = values.byteSize();
        long address = cx.allocate(1, size);
        cx.memory().slice(address, size).copyFrom(values);
        return Values.pack(address, size);
    }

    /** The remaining bytes of a buffer, whose position stays. */
    public static long storeBuffer(CallContext cx, ByteBuffer values) {
        return storeSegment(cx, MemorySegment.ofBuffer(values));
    }

    public static long storeShorts(CallContext cx, short[] values) {
        long address = cx.allocate(2, values.length * 2L);
        MemorySegment.copy(values, 0, room(cx, address, values.length, 2), SHORT, 0, values.length);
        return Values.pack(address, values.length);
    }

    /** u16. */
    public static long storeU16(CallContext cx, int[] values) {
        long address = cx.allocate(2, values.length * 2L);
        MemorySegment to = room(cx, address, values.length, 2);
        for (int i = 0; i < values.length; i++) {
            to.set(SHORT, i * 2L, (short) values[i]);
        }
        return Values.pack(address, values.length);
    }

    public static long storeInts(CallContext cx, int[] values) {
        long address = cx.allocate(4, values.length * 4L);
        MemorySegment.copy(values, 0, room(cx, address, values.length, 4), INT, 0, values.length);
        return Values.pack(address, values.length);
    }

    /** u32. */
    public static long storeU32(CallContext cx, long[] values) {
        long address = cx.allocate(4, values.length * 4L);
        MemorySegment to = room(cx, address, values.length, 4);
        for (int i = 0; i < values.length; i++) {
            to.set(INT, i * 4L, (int) values[i]);
        }
        return Values.pack(address, values.length);
    }

    public static long storeLongs(CallContext cx, long[] values) {
        long address = cx.allocate(8, values.length * 8L);
        MemorySegment.copy(values, 0, room(cx, address, values.length, 8), LONG, 0, values.length);
        return Values.pack(address, values.length);
    }

    public static long storeFloats(CallContext cx, float[] values) {
        long address = cx.allocate(4, values.length * 4L);
        MemorySegment.copy(values, 0, room(cx, address, values.length, 4), FLOAT, 0, values.length);
        return Values.pack(address, values.length);
    }

    public static long storeDoubles(CallContext cx, double[] values) {
        long address = cx.allocate(8, values.length * 8L);
        MemorySegment.copy(values, 0, room(cx, address, values.length, 8), DOUBLE, 0, values.length);
        return Values.pack(address, values.length);
    }
}
