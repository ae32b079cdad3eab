package dev.polder.bench.abi;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.component.internal.abi.CanonOptions;
import dev.polder.wasm.component.internal.abi.ComponentState;
import dev.polder.wasm.component.internal.abi.ExportBinding;
import dev.polder.wasm.component.internal.abi.LiftedFunction;
import dev.polder.wasm.component.internal.abi.StateLayout;
import dev.polder.wasm.component.internal.abi.StringEncoding;
import dev.polder.wasm.engine.Imports;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The exports by Polder's canonical ABI. */
final class Own {

    private static final CanonOptions NUMBERS = new CanonOptions(StringEncoding.UTF8, -1, -1, -1, 0);
    private static final CanonOptions MEMORY = new CanonOptions(StringEncoding.UTF8, 0, 2, 3, 0);
    private static final ValType RECORDS = new ValType.ListOf(new ValType.RecordOf(List.of(
            new ValType.Field("id", Primitive.U32),
            new ValType.Field("count", Primitive.U64),
            new ValType.Field("name", Primitive.STRING))));

    private Own() {}

    private static LiftedFunction echo(ValType type) {
        return new LiftedFunction(
                new FuncType(List.of(new FuncType.Param("a", type)), Optional.of(type), false), 1, MEMORY);
    }

    static Echo open(WasmEngine engine) throws Throwable {
        HostServices none = new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                throw new IllegalArgumentException(type.getName());
            }
        };
        ComponentState state = new ComponentState(new StateLayout(1, 4, new int[] {-1}, Map.of()), none);
        WasmStore store = engine.newStore(InstanceLimits.DEFAULT.withoutWallTime(), state);
        byte[] bytes = Wasmtime.assemble(Guest.MODULE);
        WasmInstance instance = store.instantiate(engine.compile(bytes, Digest.of(bytes)), Imports.NONE);
        state.memory(0, instance.memory());
        List<String> functions = List.of("add", "echo", "realloc", "post");
        for (int i = 0; i < functions.size(); i++) {
            state.function(i, instance.function(functions.get(i)).orElseThrow());
        }
        FuncType add = new FuncType(
                List.of(new FuncType.Param("a", Primitive.S32), new FuncType.Param("b", Primitive.S32)),
                Optional.of(Primitive.S32),
                false);
        Map<String, LiftedFunction> exports = Map.of(
                "add", new LiftedFunction(add, 0, NUMBERS),
                "text", echo(Primitive.STRING),
                "records", echo(RECORDS),
                "bytes", echo(new ValType.ListOf(Primitive.U8)));
        return ExportBinding.of(Echo.class, exports, Map.of()).bind(state);
    }
}
