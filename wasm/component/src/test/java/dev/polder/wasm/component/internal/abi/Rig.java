package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.component.Wat;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.Imports;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmStore;
import java.time.Duration;
import java.util.Map;

/** Core instances under one {@link ComponentState}, put together by hand as a linker would do. */
final class Rig implements AutoCloseable {

    /** An allocator that never frees, with memory as a test needs it. */
    static final String ALLOCATOR = """
            (memory (export "memory") 1 4096)
            (global $next (mut i32) (i32.const 1024))
            (func $realloc (export "realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32)
                (result i32) (local $at i32)
              (local.set $at (i32.and
                (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                (i32.sub (i32.const 0) (local.get $align))))
              (global.set $next (i32.add (local.get $at) (local.get $size)))
              (block $fits (loop $more
                (br_if $fits (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
                (br_if $fits (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
                (br $more)))
              (local.get $at))
            """;

    private static final InstanceLimits LIMITS =
            InstanceLimits.DEFAULT.withWallTime(Duration.ofSeconds(30)).withCounts(4, 4, 4);

    /** A function that a module imports. */
    record Import(FunctionType type, HostFunction function) {}

    final ComponentState state;
    private final WasmEngine engine;
    private final WasmStore store;

    Rig(WasmEngine engine, StateLayout layout, HostServices services) {
        this.engine = engine;
        this.state = new ComponentState(layout, services);
        this.store = engine.newStore(LIMITS, state);
    }

    WasmInstance instantiate(String wat, Map<String, Import> imports) {
        byte[] bytes = Wat.assemble(wat);
        CompiledModule module = engine.compile(bytes, Digest.of(bytes));
        Imports.Builder all = Imports.builder();
        imports.forEach((name, i) -> all.add("host", name, store.newFunction(i.type(), i.function())));
        return store.instantiate(module, all.build());
    }

    @Override
    public void close() {
        state.close();
        store.close();
    }
}
