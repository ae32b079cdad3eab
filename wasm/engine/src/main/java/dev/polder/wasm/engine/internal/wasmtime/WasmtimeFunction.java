package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.ValueType;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.internal.GuestStack;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** A {@code wasmtime_func_t}, called without Wasmtime's checks of types: they were done here. */
final class WasmtimeFunction implements WasmFunction, Handle.Holder {

    /** Scratch for a call: the function, the trap, then the slots. */
    private static final int TRAP = Native.HANDLE;

    private static final int SLOTS = 32;

    private final Handle handle;
    private final FunctionType type;
    private final int slots;
    private final int params;
    private final boolean numbers;
    /** Which results use all 64 bits. */
    private final boolean[] wide;

    WasmtimeFunction(Handle handle, FunctionType type) {
        this.handle = handle;
        this.type = type;
        this.slots = type.slots();
        this.params = type.params().size();
        this.numbers = onlyNumbers(type.params()) && onlyNumbers(type.results());
        this.wide = new boolean[type.results().size()];
        for (int i = 0; i < wide.length; i++) {
            ValueType result = type.results().get(i);
            wide[i] = result == ValueType.I64 || result == ValueType.F64;
        }
    }

    /** A loop, not a stream: an instance of a component makes dozens of these. */
    private static boolean onlyNumbers(List<ValueType> types) {
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).isNumber()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public FunctionType type() {
        return type;
    }

    @Override
    public Handle handle() {
        return handle;
    }

    @Override
    public long[] call(long... args) {
        if (args.length != type.params().size()) {
            throw Problem.internal("a function " + type + " was called with " + args.length + " arguments", null);
        }
        long[] values = Arrays.copyOf(args, slots);
        callSlots(values);
        return values.length == wide.length ? values : Arrays.copyOf(values, wide.length);
    }

    @Override
    public void callSlots(long[] values) {
        if (!numbers) {
            throw notNumbers();
        }
        if (values.length < slots) {
            throw Problem.internal("a function " + type + " was called with " + values.length + " slots", null);
        }
        WasmtimeStore store = handle.store();
        long context = store.context();
        store.checkTime();
        GuestStack stack = GuestStack.current();
        int at = stack.pushCall(SLOTS + slots * Native.RAW);
        boolean entered = stack.enter(store);
        try {
            MemorySegment scratch = stack.scratch();
            scratch.set(JAVA_LONG, at, handle.first());
            scratch.set(JAVA_LONG, at + 8, handle.second());
            scratch.set(JAVA_LONG, at + TRAP, 0L);
            for (int i = 0; i < params; i++) {
                scratch.set(JAVA_LONG, at + SLOTS + (long) i * Native.RAW, values[i]);
            }
            long base = scratch.address() + at;
            long error = (long) Api.FUNCTION_CALL.invokeExact(context, base, base + SLOTS, (long) slots, base + TRAP);
            long trap = scratch.get(JAVA_LONG, at + TRAP);
            if (error != 0 || trap != 0) {
                throw Failures.ofCall(store, error, trap);
            }
            for (int i = 0; i < wide.length; i++) {
                long slot = at + SLOTS + (long) i * Native.RAW;
                values[i] = wide[i] ? scratch.get(JAVA_LONG, slot) : scratch.get(Native.INT, slot);
            }
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            if (entered) {
                stack.exit(store);
            }
            stack.popCall(at);
        }
    }

    private Problem notNumbers() {
        return new Problem(
                Problem.Code.UNSUPPORTED,
                Problem.WhoFailed.CALLER,
                false,
                "function " + type + " (expected, to be called by the host: numbers only)",
                null,
                null);
    }
}
