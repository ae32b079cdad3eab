package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Wasmtime as a validator of components. An engine of its own that optimizes nothing, since what it compiles is thrown
 * away.
 */
final class ComponentValidation {

    private static final MethodHandle COMPONENT_NEW = Api.function(
            "wasmtime_component_new", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle COMPONENT_DELETE =
            Api.function("wasmtime_component_delete", FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle OPTIMIZE =
            Api.function("wasmtime_config_cranelift_opt_level_set", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_BYTE));
    private static final MethodHandle COMPONENTS = Api.function(
            "wasmtime_config_wasm_component_model_set", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_BOOLEAN));
    private static final MethodHandle IMPLEMENTS = Api.function(
            "wasmtime_config_wasm_component_model_implements_set", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_BOOLEAN));

    private static final byte OPTIMIZE_NOTHING = 0;
    private static final int SHOWN = 400;

    /** Never deleted: there is one in the process. */
    private static final long ENGINE = engine();

    private ComponentValidation() {}

    private static long engine() {
        try {
            long config = (long) Api.Config.NEW.invokeExact();
            OPTIMIZE.invokeExact(config, OPTIMIZE_NOTHING);
            COMPONENTS.invokeExact(config, true);
            IMPLEMENTS.invokeExact(config, true);
            return (long) Api.ENGINE_NEW.invokeExact(config);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static void validate(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(8, 8);
            MemorySegment wasm = arena.allocate(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, wasm, JAVA_BYTE, 0, bytes.length);
            long error =
                    (long) COMPONENT_NEW.invokeExact(ENGINE, wasm.address(), (long) bytes.length, result.address());
            if (error != 0) {
                String message = Native.takeError(error).replaceAll("\\s+", " ");
                throw Problem.invalid(
                        "the component is not valid: " + message.substring(0, Math.min(SHOWN, message.length())));
            }
            COMPONENT_DELETE.invokeExact(result.get(JAVA_LONG, 0));
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
