package dev.polder.wasm.engine.internal.wasmtime;

import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.HostFunctions;

/** What guests call before a memory or a table of theirs grows, see {@link dev.polder.wasm.engine.internal.ProbedModule}. */
final class Growth {

    static final FunctionType TYPE = FunctionType.of("iiii:i");

    /** In the {@link HostTable}, for all stores. */
    static final int NUMBER = HostTable.add(new HostFunctions.Definition(TYPE, Growth::asked));

    /** As many pages or elements as nothing can grow by. */
    private static final int NEVER = -1;

    private Growth() {}

    private static void asked(HostCall call) {
        boolean may = ((WasmtimeStore) call.store()).mayGrow(call.i32(3), call.u32(0), call.u32(1), call.u32(2));
        call.returnI32(may ? call.i32(0) : NEVER);
    }
}
