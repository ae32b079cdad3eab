package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.engine.internal.GuestStack;
import dev.polder.wasm.engine.internal.ProbedModule;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A {@code wasmtime_memory_t}. Its address never changes (the engine is configured so), and its size only grows: so the
 * size is asked for again only when an access seems to lie behind it.
 */
final class WasmtimeMemory implements WasmMemory, Handle.Holder {

    private static final MemorySegment ALL = Native.ALL;

    private final Handle handle;
    private final WasmtimeStore store;
    private final MemoryType type;
    private final long base;
    private long size;

    WasmtimeMemory(Handle handle, MemoryType type) {
        this.handle = handle;
        this.store = handle.store();
        this.type = type;
        GuestStack stack = GuestStack.current();
        int at = stack.push(Native.HANDLE);
        try {
            long address = stack.scratch().address() + at;
            handle.write(address);
            base = (long) Api.MEMORY_DATA.invokeExact(store.context(), address);
            size = (long) Api.MEMORY_BYTES.invokeExact(store.context(), address);
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            stack.pop(at);
        }
    }

    @Override
    public MemoryType type() {
        return type;
    }

    /** Its address. */
    long base() {
        return base;
    }

    /** The instance that it belongs to has begun. */
    void begun(ResidentPages pages, long module) {
        pages.begin(module, base, size);
    }

    @Override
    public Handle handle() {
        return handle;
    }

    @Override
    public long byteSize() {
        GuestStack stack = GuestStack.current();
        int at = stack.push(Native.HANDLE);
        try {
            long address = stack.scratch().address() + at;
            handle.write(address);
            size = (long) Api.MEMORY_BYTES.invokeExact(store.context(), address);
            return size;
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            stack.pop(at);
        }
    }

    @Override
    public long grow(long pages) {
        long most = type.maximum().orElse(0xFFFF_FFFFL);
        if (!store.mayGrow(ProbedModule.MEMORY, pages, byteSize() / MemoryType.PAGE, most)) {
            return -1;
        }
        GuestStack stack = GuestStack.current();
        int at = stack.push(32);
        try {
            long address = stack.scratch().address() + at;
            handle.write(address);
            long error = (long) Api.MEMORY_GROW.invokeExact(store.context(), address, pages, address + 24);
            if (error != 0) {
                Api.ERROR_DELETE.invokeExact(error);
                return -1;
            }
            return stack.scratch().get(JAVA_LONG, at + 24);
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            stack.pop(at);
        }
    }

    /** The machine address of a range that lies in the memory. */
    private long at(long address, long length) {
        store.checkOpen();
        if ((address | length) < 0 || address > size - length) {
            return afterGrowth(address, length);
        }
        return base + address;
    }

    private long afterGrowth(long address, long length) {
        long now = byteSize();
        if ((address | length) < 0 || address > now - length) {
            throw new WasmTrap(
                    TrapCode.MEMORY_OUT_OF_BOUNDS,
                    "out of bounds memory access by the host: " + length + " bytes at " + address + " of " + now,
                    java.util.List.of(),
                    null);
        }
        return base + address;
    }

    @Override
    public void check(long address, long length) {
        at(address, length);
    }

    @Override
    public byte getByte(long address) {
        return ALL.get(JAVA_BYTE, at(address, 1));
    }

    @Override
    public short getShort(long address) {
        return ALL.get(Native.SHORT, at(address, 2));
    }

    @Override
    public int getInt(long address) {
        return ALL.get(Native.INT, at(address, 4));
    }

    @Override
    public long getLong(long address) {
        return ALL.get(Native.LONG, at(address, 8));
    }

    @Override
    public void setByte(long address, byte value) {
        ALL.set(JAVA_BYTE, at(address, 1), value);
    }

    @Override
    public void setShort(long address, short value) {
        ALL.set(Native.SHORT, at(address, 2), value);
    }

    @Override
    public void setInt(long address, int value) {
        ALL.set(Native.INT, at(address, 4), value);
    }

    @Override
    public void setLong(long address, long value) {
        ALL.set(Native.LONG, at(address, 8), value);
    }

    @Override
    public void read(long address, byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        MemorySegment.copy(ALL, JAVA_BYTE, at(address, length), target, offset, length);
    }

    @Override
    public void write(long address, byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        MemorySegment.copy(source, offset, ALL, JAVA_BYTE, at(address, length), length);
    }

    @Override
    public void fill(long address, long length, byte value) {
        slice(address, length).fill(value);
    }

    @Override
    @SuppressWarnings("restricted")
    public MemorySegment slice(long address, long length) {
        return MemorySegment.ofAddress(at(address, length)).reinterpret(length);
    }
}
