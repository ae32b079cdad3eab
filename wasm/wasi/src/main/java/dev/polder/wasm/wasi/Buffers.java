package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The lists of buffers that {@code fd_read} and its kin take. */
final class Buffers {

    private static final int MAX_COUNT = 1_024;
    private static final int ENTRY = 8;

    private Buffers() {}

    /** Reads into or writes from one buffer; gives how much, or -1 at the end of the file. */
    @FunctionalInterface
    interface Transfer {
        int run(MemorySegment buffer) throws IOException;
    }

    /** Runs a transfer for each buffer in turn, until one is not used up; gives the sum. */
    static int each(WasmMemory memory, long list, int count, Transfer transfer) throws IOException {
        if (count < 0 || count > MAX_COUNT) {
            throw new WasiError(Errno.INVAL);
        }
        long total = 0;
        for (int i = 0; i < count; i++) {
            long address = Integer.toUnsignedLong(memory.getInt(list + (long) i * ENTRY));
            long length = Integer.toUnsignedLong(memory.getInt(list + (long) i * ENTRY + 4));
            if (length == 0) {
                continue;
            }
            if (total + length > Integer.MAX_VALUE) {
                throw new WasiError(Errno.INVAL);
            }
            int moved = transfer.run(memory.slice(address, length));
            total += Math.max(0, moved);
            if (moved < length) {
                break;
            }
        }
        return (int) total;
    }
}
