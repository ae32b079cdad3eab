package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.WasmExtern;
import java.lang.foreign.MemorySegment;

/**
 * One of Wasmtime's references into a store, held as the 24 bytes that they have at most: so that an instance needs no
 * native memory of its own.
 *
 * @param kind the kind of a {@code wasmtime_extern_t}
 */
record Handle(WasmtimeStore store, byte kind, long first, long second, long third) {

    /** Something in this package that has a handle. */
    interface Holder {
        Handle handle();
    }

    /** Reads a {@code wasmtime_extern_t}. */
    static Handle read(WasmtimeStore store, long extern) {
        MemorySegment all = Native.ALL;
        long union = extern + Native.UNION;
        return new Handle(
                store,
                all.get(JAVA_BYTE, extern),
                all.get(JAVA_LONG, union),
                all.get(JAVA_LONG, union + 8),
                all.get(JAVA_LONG, union + 16));
    }

    /** Reads a structure that was made in the union of an extern of this kind. */
    static Handle of(WasmtimeStore store, byte kind, MemorySegment extern) {
        extern.set(JAVA_BYTE, 0, kind);
        return read(store, extern.address());
    }

    /** The handle of an extern that must be of this store. */
    static Handle of(WasmExtern extern, WasmtimeStore store) {
        if (extern instanceof Holder holder && holder.handle().store == store) {
            return holder.handle();
        }
        throw Problem.invalid("an import of type " + extern.type() + " is of another store");
    }

    /** Writes the bare structure. */
    void write(long address) {
        Native.ALL.set(JAVA_LONG, address, first);
        Native.ALL.set(JAVA_LONG, address + 8, second);
        Native.ALL.set(JAVA_LONG, address + 16, third);
    }

    /** Writes it as a {@code wasmtime_extern_t}. */
    void writeExtern(long address) {
        Native.ALL.set(JAVA_LONG, address, 0L);
        Native.ALL.set(JAVA_BYTE, address, kind);
        write(address + Native.UNION);
    }
}
