package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestFrame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reading what Wasmtime hands out, and the layouts of its structures. */
final class Native {

    /** All of the address space; every use checks its own bounds. */
    @SuppressWarnings("restricted")
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bytes of {@code wasmtime_val_raw_t}. */
    static final int RAW = 16;
    /** Bytes of {@code wasmtime_extern_t} and of {@code wasmtime_val_t}: a kind, and at 8 a union of up to 24. */
    static final int TAGGED = 32;
    /** Where the union of those starts. */
    static final int UNION = 8;
    /** Bytes of any {@code wasmtime_func_t}, {@code _memory_t}, {@code _table_t}, {@code _global_t}. */
    static final int HANDLE = 24;

    static final byte EXTERN_FUNCTION = 0;
    static final byte EXTERN_GLOBAL = 1;
    static final byte EXTERN_TABLE = 2;
    static final byte EXTERN_MEMORY = 3;

    static final byte VALUE_FUNCREF = 5;

    private static final int SHOWN_FRAMES = 64;

    private Native() {}

    /** Something is wrong with the library or with this code: not with the guest. */
    static RuntimeException broken(Throwable t) {
        if (t instanceof Error error) {
            throw error;
        }
        return t instanceof RuntimeException e ? e : Problem.internal("a call into Wasmtime failed: " + t, t);
    }

    /** The text of a {@code wasm_byte_vec_t}. */
    static String text(MemorySegment memory, long vector) {
        long size = memory.get(JAVA_LONG, vector);
        long data = memory.get(JAVA_LONG, vector + 8);
        byte[] bytes = new byte[Math.toIntExact(Math.min(size, 1 << 16))];
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, data, bytes, 0, bytes.length);
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Message of an error, which is freed. */
    static String takeError(long error) {
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(16, 8);
            Api.ERROR_MESSAGE.invokeExact(error, vector.address());
            String text = text(vector, 0);
            Api.BYTES_DELETE.invokeExact(vector.address());
            Api.ERROR_DELETE.invokeExact(error);
            return text;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** Message of a trap, which is kept. */
    static String trapMessage(long trap) throws Throwable {
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(16, 8);
            Api.TRAP_MESSAGE.invokeExact(trap, vector.address());
            String text = text(vector, 0);
            Api.BYTES_DELETE.invokeExact(vector.address());
            return text;
        }
    }

    /** A trap's, or else an error's, backtrace. */
    static List<GuestFrame> frames(long trap, long error) throws Throwable {
        List<GuestFrame> found = new ArrayList<>();
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(16, 8);
            if (trap != 0) {
                Api.TRAP_TRACE.invokeExact(trap, vector.address());
            } else {
                Api.ERROR_TRACE.invokeExact(error, vector.address());
            }
            long count = Math.min(vector.get(JAVA_LONG, 0), SHOWN_FRAMES);
            long frames = vector.get(JAVA_LONG, 8);
            for (long i = 0; i < count; i++) {
                long frame = ALL.get(JAVA_LONG, frames + 8 * i);
                long name = (long) Api.FRAME_NAME.invokeExact(frame);
                int index = (int) Api.FRAME_INDEX.invokeExact(frame);
                long offset = (long) Api.FRAME_OFFSET.invokeExact(frame);
                long inFunction = (long) Api.FRAME_OFFSET_IN_FUNCTION.invokeExact(frame);
                found.add(
                        new GuestFrame(name == 0 ? "#" + index : text(ALL, name), index, offset - inFunction, offset));
            }
            Api.FRAMES_DELETE.invokeExact(vector.address());
        }
        return found;
    }
}
