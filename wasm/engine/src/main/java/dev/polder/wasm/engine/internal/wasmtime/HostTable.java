package dev.polder.wasm.engine.internal.wasmtime;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.ValueType;
import dev.polder.wasm.engine.internal.GuestStack;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How guests reach host functions: one native entry for all of them, which looks the function up by the number that
 * Wasmtime hands back. So defining a function costs no code, and a guest's call no object but its {@link WasmtimeCall}.
 *
 * <p>Nothing thrown in Java may pass through native frames, for that ends the process: it is kept in the store, the guest
 * is unwound by a trap, and the call that started the guest throws it.
 */
final class HostTable {

    /** A function, and which of its parameters use all 64 bits. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and never handed out
    record Entry(HostFunction function, FunctionType type, boolean[] wide) {}

    private static final Logger LOG = LoggerFactory.getLogger(HostTable.class);
    private static final Object LOCK = new Object();
    private static final Deque<Integer> FREE = new ArrayDeque<>();

    /** Read without the lock: a slot is written before its number is handed to Wasmtime. */
    private static volatile @Nullable Entry[] entries = new Entry[64];

    private static int used;

    /** Address of the entry point for host functions. */
    static final long CALL = stub();

    private static final MemorySegment ENDED =
            Arena.global().allocateFrom("ended by the host", StandardCharsets.US_ASCII);

    private HostTable() {}

    @SuppressWarnings("restricted")
    private static long stub() {
        MethodType type = MethodType.methodType(long.class, long.class, long.class, long.class, long.class);
        try {
            return Linker.nativeLinker()
                    .upcallStub(
                            MethodHandles.lookup().findStatic(HostTable.class, "call", type),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG),
                            Arena.global())
                    .address();
        } catch (ReflectiveOperationException e) {
            throw Problem.internal("no entry point for host functions", e);
        }
    }

    /** Registers a function; gives its number. */
    static int add(HostFunctions.Definition definition) {
        FunctionType type = definition.type();
        boolean[] wide = new boolean[type.params().size()];
        for (int i = 0; i < wide.length; i++) {
            ValueType param = type.params().get(i);
            wide[i] = param == ValueType.I64 || param == ValueType.F64;
        }
        Entry entry = new Entry(definition.function(), type, wide);
        synchronized (LOCK) {
            Integer free = FREE.poll();
            int number = free != null ? free : used++;
            @Nullable Entry[] table = entries;
            if (number >= table.length) {
                table = Arrays.copyOf(table, table.length * 2);
            }
            table[number] = entry;
            entries = table;
            return number;
        }
    }

    /** Forgets a function that no guest can call any more. */
    static void remove(int number) {
        synchronized (LOCK) {
            entries[number] = null;
            FREE.add(number);
        }
    }

    // Called by Wasmtime: wasmtime_func_unchecked_callback_t.
    @SuppressWarnings("unused")
    private static long call(long number, long caller, long slots, long count) {
        WasmtimeStore store = null;
        try {
            store = (WasmtimeStore) GuestStack.current().front();
            Entry entry = entries[(int) number];
            if (store == null || entry == null) {
                throw Problem.internal("a guest called host function " + number + ", which is not there", null);
            }
            entry.function().call(new WasmtimeCall(store, caller, slots, entry.wide()));
            return 0;
        } catch (Throwable t) {
            return trap(store, t);
        } finally {
            if (store != null) {
                store.callEnded();
            }
        }
    }

    private static long trap(@Nullable WasmtimeStore store, Throwable thrown) {
        try {
            if (store != null) {
                store.thrown(thrown);
            }
            return (long) Api.TRAP_NEW.invokeExact(ENDED.address(), ENDED.byteSize() - 1);
        } catch (Throwable t) {
            // There is no way out of here but the end of the process; say why.
            LOG.error("cannot end a guest whose host function failed with {}", thrown, t);
            throw new AssertionError(t);
        }
    }
}
