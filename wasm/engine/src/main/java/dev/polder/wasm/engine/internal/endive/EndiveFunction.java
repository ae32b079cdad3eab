package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.WasmFunction;
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
        if (!EndiveTypes.numbersOnly(type)) {
            throw new Problem(
                    Problem.Code.UNSUPPORTED,
                    Problem.WhoFailed.CALLER,
                    false,
                    "function " + type + " (expected, to be called by the host: numbers only)",
                    null,
                    null);
        }
        long[] slots = args.clone();
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
