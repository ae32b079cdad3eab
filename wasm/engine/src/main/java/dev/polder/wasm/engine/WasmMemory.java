package dev.polder.wasm.engine;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A linear memory. Addresses and lengths are in bytes and unsigned; numbers are little-endian. Every access is checked:
 * one past the end throws {@link WasmTrap} with {@link TrapCode#MEMORY_OUT_OF_BOUNDS}, one after the store was closed an
 * {@link IllegalStateException}.
 */
public non-sealed interface WasmMemory extends WasmExtern {

    @Override
    MemoryType type();

    /** Its present size. */
    long byteSize();

    /** Grows by this many pages of 64 KiB; gives the pages before, or -1 when it cannot. */
    long grow(long pages);

    byte getByte(long address);

    short getShort(long address);

    int getInt(long address);

    long getLong(long address);

    void setByte(long address, byte value);

    void setShort(long address, short value);

    void setInt(long address, int value);

    void setLong(long address, long value);

    default float getFloat(long address) {
        return Float.intBitsToFloat(getInt(address));
    }

    default double getDouble(long address) {
        return Double.longBitsToDouble(getLong(address));
    }

    default void setFloat(long address, float value) {
        setInt(address, Float.floatToRawIntBits(value));
    }

    default void setDouble(long address, double value) {
        setLong(address, Double.doubleToRawLongBits(value));
    }

    /** Copies from the guest. */
    void read(long address, byte[] target, int offset, int length);

    /** Copies to the guest. */
    void write(long address, byte[] source, int offset, int length);

    /** Sets {@code length} bytes to {@code value}. */
    void fill(long address, long length, byte value);

    /**
     * The bytes at an address without a copy: for bulk work and for I/O. Valid until the guest runs again, the memory
     * grows or the store is closed, whichever is first; never keep it.
     */
    MemorySegment slice(long address, long length);

    /** Checks that a range lies in the memory, as an access would. */
    void check(long address, long length);

    default byte[] read(long address, int length) {
        // Checked before the allocation: a hostile length must not cost the heap.
        check(address, Integer.toUnsignedLong(length));
        byte[] bytes = new byte[length];
        read(address, bytes, 0, length);
        return bytes;
    }

    default void write(long address, byte[] source) {
        write(address, source, 0, source.length);
    }

    /** UTF-8 text; malformed bytes become the replacement character. */
    default String readUtf8(long address, int length) {
        return new String(read(address, length), StandardCharsets.UTF_8);
    }
}
