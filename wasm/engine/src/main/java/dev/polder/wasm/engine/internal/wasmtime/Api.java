package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of Wasmtime's C API that are used here, as method handles. Pointers and sizes are longs: on the 64-bit
 * machines that have a library both are passed the same way, and a long costs no object.
 *
 * <p>{@link Symbols#load} comes first; then the handles are constants, which lets the compiler inline the calls.
 */
final class Api {

    private Api() {}

    @SuppressWarnings("restricted")
    private static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... options) {
        return Linker.nativeLinker()
                .downcallHandle(
                        Symbols.library()
                                .find(name)
                                .orElseThrow(() -> Problem.invalid("the Wasmtime library has no function " + name
                                        + " (expected: the C API of version 50)")),
                        type,
                        options);
    }

    /** One that is bound where it is used. */
    static MethodHandle function(String name, FunctionDescriptor type) {
        return bind(name, type);
    }

    /** Gives a pointer or a size. */
    private static MethodHandle address(String name, MemoryLayout... args) {
        return bind(name, FunctionDescriptor.of(JAVA_LONG, args));
    }

    private static MethodHandle nothing(String name, MemoryLayout... args) {
        return bind(name, FunctionDescriptor.ofVoid(args));
    }

    private static MethodHandle truth(String name, MemoryLayout... args) {
        return bind(name, FunctionDescriptor.of(JAVA_BOOLEAN, args));
    }

    /** Of a few nanoseconds and without calls back: needs no change of the thread's state. */
    private static MethodHandle quick(String name, MemoryLayout... args) {
        return bind(name, FunctionDescriptor.of(JAVA_LONG, args), Linker.Option.critical(false));
    }

    /** Configuration. */
    static final class Config {
        static final MethodHandle NEW = address("wasm_config_new");
        static final MethodHandle MAY_MOVE = nothing("wasmtime_config_memory_may_move_set", JAVA_LONG, JAVA_BOOLEAN);
        static final MethodHandle STACK = nothing("wasmtime_config_max_wasm_stack_set", JAVA_LONG, JAVA_LONG);
        static final MethodHandle POOL_NEW = address("wasmtime_pooling_allocation_config_new");
        static final MethodHandle POOL_DELETE = nothing("wasmtime_pooling_allocation_config_delete", JAVA_LONG);
        static final MethodHandle POOL_USE = nothing("wasmtime_pooling_allocation_strategy_set", JAVA_LONG, JAVA_LONG);

        private Config() {}

        static MethodHandle poolSize(String name, MemoryLayout type) {
            return nothing("wasmtime_pooling_allocation_config_" + name + "_set", JAVA_LONG, type);
        }
    }

    static final MethodHandle ENGINE_NEW = address("wasm_engine_new_with_config", JAVA_LONG);
    static final MethodHandle ENGINE_DELETE = nothing("wasm_engine_delete", JAVA_LONG);

    static final MethodHandle MODULE_NEW = address("wasmtime_module_new", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle MODULE_VALIDATE = address("wasmtime_module_validate", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle MODULE_DELETE = nothing("wasmtime_module_delete", JAVA_LONG);
    static final MethodHandle MODULE_RANGE = nothing("wasmtime_module_image_range", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle MODULE_SERIALIZE = address("wasmtime_module_serialize", JAVA_LONG, JAVA_LONG);
    static final MethodHandle MODULE_LOAD =
            address("wasmtime_module_deserialize", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static final MethodHandle MODULE_MAP = address("wasmtime_module_deserialize_file", JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static final MethodHandle LINKER_NEW = address("wasmtime_linker_new", JAVA_LONG);
    static final MethodHandle LINKER_DELETE = nothing("wasmtime_linker_delete", JAVA_LONG);
    static final MethodHandle LINKER_SHADOWING = nothing("wasmtime_linker_allow_shadowing", JAVA_LONG, JAVA_BOOLEAN);
    static final MethodHandle LINKER_FUNCTION = address(
            "wasmtime_linker_define_func_unchecked",
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG);
    static final MethodHandle LINKER_PRE = address("wasmtime_linker_instantiate_pre", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle PRE_DELETE = nothing("wasmtime_instance_pre_delete", JAVA_LONG);
    static final MethodHandle PRE_INSTANTIATE =
            address("wasmtime_instance_pre_instantiate", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle INSTANCE_NEW =
            address("wasmtime_instance_new", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle INSTANCE_EXPORT =
            truth("wasmtime_instance_export_get", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static final MethodHandle STORE_NEW = address("wasmtime_store_new", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle STORE_CONTEXT = quick("wasmtime_store_context", JAVA_LONG);
    static final MethodHandle STORE_DELETE = nothing("wasmtime_store_delete", JAVA_LONG);
    static final MethodHandle STORE_LIMITS =
            nothing("wasmtime_store_limiter", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static final MethodHandle FUNCTION_NEW =
            nothing("wasmtime_func_new_unchecked", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle FUNCTION_TYPE = address("wasmtime_func_type", JAVA_LONG, JAVA_LONG);
    static final MethodHandle FUNCTION_CALL =
            address("wasmtime_func_call_unchecked", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle CALLER_EXPORT =
            truth("wasmtime_caller_export_get", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static final MethodHandle MEMORY_NEW = address("wasmtime_memory_new", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle MEMORY_DATA = quick("wasmtime_memory_data", JAVA_LONG, JAVA_LONG);
    static final MethodHandle MEMORY_BYTES = quick("wasmtime_memory_data_size", JAVA_LONG, JAVA_LONG);
    static final MethodHandle MEMORY_GROW = address("wasmtime_memory_grow", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle MEMORY_TYPE_NEW = address(
            "wasmtime_memorytype_new",
            JAVA_LONG,
            JAVA_BOOLEAN,
            JAVA_LONG,
            JAVA_BOOLEAN,
            JAVA_BOOLEAN,
            JAVA_BYTE,
            JAVA_LONG);
    static final MethodHandle MEMORY_TYPE_DELETE = nothing("wasm_memorytype_delete", JAVA_LONG);

    static final MethodHandle TABLE_NEW = address("wasmtime_table_new", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle TABLE_SIZE = quick("wasmtime_table_size", JAVA_LONG, JAVA_LONG);
    static final MethodHandle TABLE_GET = truth("wasmtime_table_get", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle TABLE_SET = address("wasmtime_table_set", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle TABLE_GROW =
            address("wasmtime_table_grow", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle TABLE_TYPE_NEW = address("wasm_tabletype_new", JAVA_LONG, JAVA_LONG);
    static final MethodHandle TABLE_TYPE_DELETE = nothing("wasm_tabletype_delete", JAVA_LONG);

    static final MethodHandle GLOBAL_NEW = address("wasmtime_global_new", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle GLOBAL_GET = nothing("wasmtime_global_get", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle GLOBAL_SET = address("wasmtime_global_set", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle GLOBAL_TYPE_NEW = address("wasm_globaltype_new", JAVA_LONG, JAVA_BYTE);
    static final MethodHandle GLOBAL_TYPE_DELETE = nothing("wasm_globaltype_delete", JAVA_LONG);

    static final MethodHandle VALUE_TYPE_NEW = address("wasm_valtype_new", JAVA_INT);
    static final MethodHandle VALUE_TYPE_V128 = address("wasmtime_wasm_valtype_v128");
    static final MethodHandle VALUE_TYPE_EQUAL = truth("wasmtime_wasm_valtype_equal", JAVA_LONG, JAVA_LONG);
    static final MethodHandle VALUE_TYPE_KIND = bind("wasm_valtype_kind", FunctionDescriptor.of(JAVA_BYTE, JAVA_LONG));
    static final MethodHandle VALUE_TYPES_NEW = nothing("wasm_valtype_vec_new", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle FUNCTION_TYPE_NEW = address("wasm_functype_new", JAVA_LONG, JAVA_LONG);
    static final MethodHandle FUNCTION_TYPE_DELETE = nothing("wasm_functype_delete", JAVA_LONG);
    static final MethodHandle FUNCTION_TYPE_PARAMS = address("wasm_functype_params", JAVA_LONG);
    static final MethodHandle FUNCTION_TYPE_RESULTS = address("wasm_functype_results", JAVA_LONG);

    static final MethodHandle ERROR_NEW = address("wasmtime_error_new", JAVA_LONG);
    static final MethodHandle ERROR_MESSAGE = nothing("wasmtime_error_message", JAVA_LONG, JAVA_LONG);
    static final MethodHandle ERROR_TRACE = nothing("wasmtime_error_wasm_trace", JAVA_LONG, JAVA_LONG);
    static final MethodHandle ERROR_DELETE = nothing("wasmtime_error_delete", JAVA_LONG);
    static final MethodHandle TRAP_NEW = address("wasmtime_trap_new", JAVA_LONG, JAVA_LONG);
    static final MethodHandle TRAP_CODE = truth("wasmtime_trap_code", JAVA_LONG, JAVA_LONG);
    static final MethodHandle TRAP_MESSAGE = nothing("wasm_trap_message", JAVA_LONG, JAVA_LONG);
    static final MethodHandle TRAP_TRACE = nothing("wasm_trap_trace", JAVA_LONG, JAVA_LONG);
    static final MethodHandle TRAP_DELETE = nothing("wasm_trap_delete", JAVA_LONG);
    static final MethodHandle FRAME_INDEX = bind("wasm_frame_func_index", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    static final MethodHandle FRAME_OFFSET = address("wasm_frame_module_offset", JAVA_LONG);
    static final MethodHandle FRAME_OFFSET_IN_FUNCTION = address("wasm_frame_func_offset", JAVA_LONG);
    static final MethodHandle FRAME_NAME = address("wasmtime_frame_func_name", JAVA_LONG);
    static final MethodHandle FRAMES_DELETE = nothing("wasm_frame_vec_delete", JAVA_LONG);
    static final MethodHandle BYTES_DELETE = nothing("wasm_byte_vec_delete", JAVA_LONG);
}
