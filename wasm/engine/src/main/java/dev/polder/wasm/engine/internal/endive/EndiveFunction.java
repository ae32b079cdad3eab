package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.WasmFunction;
import java.util.Arrays;
import run.endive.runtime.Instance;

/**
 * A function of an instance.
 *
 * @param instance the instance whose index space {@code index} belongs to
 */
record EndiveFunction(EndiveStore store, Instance instance, int index, FunctionType type) implements WasmFunction {

    @Override
    public long[] call(long... args) {
        if (args.length != type.params().size()) {
            throw Problem.internal("a function " + type + " was called with " + args.length + " arguments", null);
        }
        checkNumbers();
        return callOwned(args.clone());
    }

    @Override
    public void callSlots(long[] slots) {
        if (slots.length < type.slots()) {
            throw Problem.internal("a function " + type + " was called with " + slots.length + " slots", null);
        }
        // The machine may keep and change the array that it is given.
        checkNumbers();
        long[] results = callOwned(Arrays.copyOf(slots, type.params().size()));
        System.arraycopy(results, 0, slots, 0, results.length);
    }

    private void checkNumbers() {
        if (!EndiveTypes.numbersOnly(type)) {
            throw new Problem(
                    Problem.Code.UNSUPPORTED,
                    Problem.WhoFailed.CALLER,
                    false,
                    "function " + type + " (expected, to be called by the host: numbers only)",
                    null,
                    null);
        }
    }

    private long[] callOwned(long[] slots) {
        EndiveTypes.slots(type.params(), slots);
        return store.run(() -> {
            long[] results = instance.getMachine().call(index, slots);
            if (results == null) {
                return new long[0];
            }
            EndiveTypes.slots(type.results(), results);
            return results;
        });
    }
}
