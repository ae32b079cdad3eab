package dev.polder.wasm.engine.internal.endive;

import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmTrap;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/** A flat memory as the host sees it. */
final class EndiveMemory implements WasmMemory {

    private final FlatMemory memory;

    EndiveMemory(FlatMemory memory) {
        this.memory = memory;
    }

    FlatMemory flat() {
        return memory;
    }

    @Override
    public MemoryType type() {
        return memory.type();
    }

    @Override
    public long byteSize() {
        return memory.size();
    }

    @Override
    public long grow(long pages) {
        return pages < 0 || pages > Integer.MAX_VALUE ? -1 : memory.grow((int) pages);
    }

    private int at(long address, long length) {
        int size = memory.size();
        if ((address | length) < 0 || address > size - length) {
            throw new WasmTrap(
                    TrapCode.MEMORY_OUT_OF_BOUNDS,
                    "out of bounds memory access by the host: " + length + " bytes at " + address + " of " + size,
                    List.of(),
                    null);
        }
        return (int) address;
    }

    @Override
    public void check(long address, long length) {
        at(address, length);
    }

    @Override
    public byte getByte(long address) {
        return memory.read(at(address, 1));
    }

    @Override
    public short getShort(long address) {
        return memory.readShort(at(address, 2));
    }

    @Override
    public int getInt(long address) {
        return memory.readInt(at(address, 4));
    }

    @Override
    public long getLong(long address) {
        return memory.readLong(at(address, 8));
    }

    @Override
    public void setByte(long address, byte value) {
        memory.writeByte(at(address, 1), value);
    }

    @Override
    public void setShort(long address, short value) {
        memory.writeShort(at(address, 2), value);
    }

    @Override
    public void setInt(long address, int value) {
        memory.writeI32(at(address, 4), value);
    }

    @Override
    public void setLong(long address, long value) {
        memory.writeLong(at(address, 8), value);
    }

    @Override
    public void read(long address, byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        System.arraycopy(memory.data(), at(address, length), target, offset, length);
    }

    @Override
    public void write(long address, byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        System.arraycopy(source, offset, memory.data(), at(address, length), length);
    }

    @Override
    public void fill(long address, long length, byte value) {
        int from = at(address, length);
        java.util.Arrays.fill(memory.data(), from, from + (int) length, value);
    }

    @Override
    public MemorySegment slice(long address, long length) {
        return MemorySegment.ofArray(memory.data()).asSlice(at(address, length), length);
    }
}
