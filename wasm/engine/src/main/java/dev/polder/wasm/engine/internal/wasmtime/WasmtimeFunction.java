package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.ValueType;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.internal.GuestStack;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A {@code wasmtime_func_t}, called without Wasmtime's checks of types: they were done here. */
final class WasmtimeFunction implements WasmFunction, Handle.Holder {

    /** Scratch for a call: the function, the trap, then the slots. */
    private static final int TRAP = Native.HANDLE;

    private static final int SLOTS = 32;

    private final Handle handle;
    private final FunctionType type;
    private final int slots;

    WasmtimeFunction(Handle handle, FunctionType type) {
        this.handle = handle;
        this.type = type;
        this.slots = type.slots();
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
        List<ValueType> results = type.results();
        check(args);
        WasmtimeStore store = handle.store();
        long context = store.context();
        store.checkTime();
        GuestStack stack = GuestStack.current();
        int at = stack.push(SLOTS + slots * Native.RAW);
        boolean entered = stack.enter(store);
        try {
            MemorySegment scratch = stack.scratch();
            scratch.set(JAVA_LONG, at, handle.first());
            scratch.set(JAVA_LONG, at + 8, handle.second());
            scratch.set(JAVA_LONG, at + TRAP, 0L);
            for (int i = 0; i < args.length; i++) {
                scratch.set(JAVA_LONG, at + SLOTS + (long) i * Native.RAW, args[i]);
            }
            long base = scratch.address() + at;
            long error = (long) Api.FUNCTION_CALL.invokeExact(context, base, base + SLOTS, (long) slots, base + TRAP);
            long trap = scratch.get(JAVA_LONG, at + TRAP);
            if (error != 0 || trap != 0) {
                throw Failures.ofCall(store, error, trap);
            }
            long[] values = new long[results.size()];
            for (int i = 0; i < values.length; i++) {
                long slot = at + SLOTS + (long) i * Native.RAW;
                ValueType result = results.get(i);
                values[i] = result == ValueType.I32 || result == ValueType.F32
                        ? scratch.get(Native.INT, slot)
                        : scratch.get(JAVA_LONG, slot);
            }
            return values;
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            if (entered) {
                stack.exit(store);
            }
            stack.pop(at);
        }
    }

    private void check(long[] args) {
        if (args.length != type.params().size()) {
            throw Problem.internal("a function " + type + " was called with " + args.length + " arguments", null);
        }
        for (int i = 0; i < args.length; i++) {
            if (!type.params().get(i).isNumber()) {
                throw notNumbers();
            }
        }
        for (int i = 0; i < type.results().size(); i++) {
            if (!type.results().get(i).isNumber()) {
                throw notNumbers();
            }
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
