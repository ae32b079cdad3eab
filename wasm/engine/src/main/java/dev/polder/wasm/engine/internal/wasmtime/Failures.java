package dev.polder.wasm.engine.internal.wasmtime;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestFrame;
import dev.polder.wasm.engine.GuestFrames;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.engine.internal.GuestStack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;

/** Turns what Wasmtime reports into what the interface promises. */
final class Failures {

    private Failures() {}

    /**
     * What ended a call into a guest: what a host function threw, a trap, or a refusal to make an instance. Frees both.
     *
     * @param error a {@code wasmtime_error_t*} or 0
     * @param trap a {@code wasm_trap_t*} or 0
     */
    static RuntimeException ofCall(WasmtimeStore store, long error, long trap) {
        Throwable thrown = store.takeThrown();
        try {
            RuntimeException failure;
            if (thrown != null) {
                failure = GuestFrames.in(raise(thrown), Native.frames(trap, error));
            } else if (error != 0 && !GuestStack.current().isOver()) {
                return refusal(Native.takeError(error));
            } else {
                failure = trap(store, error, trap);
            }
            if (error != 0) {
                Api.ERROR_DELETE.invokeExact(error);
            }
            if (trap != 0) {
                Api.TRAP_DELETE.invokeExact(trap);
            }
            return failure;
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    private static RuntimeException raise(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e
                ? e
                : new WasmTrap(TrapCode.HOST, "a host function failed: " + thrown, List.of(), thrown);
    }

    private static WasmTrap trap(WasmtimeStore store, long error, long trap) throws Throwable {
        List<GuestFrame> frames = Native.frames(trap, error);
        TrapCode known = trap == 0 ? TrapCode.OTHER : known(code(trap));
        if (trap == 0 || (known == TrapCode.MEMORY_OUT_OF_BOUNDS && store.isStopped())) {
            return new WasmTrap(GuestStack.current().reason(), null, frames, null);
        }
        return new WasmTrap(known, known == TrapCode.OTHER ? firstLine(Native.trapMessage(trap)) : null, frames, null);
    }

    private static int code(long trap) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(1);
            return (boolean) Api.TRAP_CODE.invokeExact(trap, code.address())
                    ? Byte.toUnsignedInt(code.get(ValueLayout.JAVA_BYTE, 0))
                    : -1;
        }
    }

    /** The codes of {@code wasmtime/trap.h}. */
    private static TrapCode known(int code) {
        return switch (code) {
            case 0 -> TrapCode.STACK_OVERFLOW;
            case 1 -> TrapCode.MEMORY_OUT_OF_BOUNDS;
            case 3 -> TrapCode.TABLE_OUT_OF_BOUNDS;
            case 4 -> TrapCode.INDIRECT_CALL_TO_NULL;
            case 5 -> TrapCode.BAD_SIGNATURE;
            case 6 -> TrapCode.INTEGER_OVERFLOW;
            case 7 -> TrapCode.INTEGER_DIVIDE_BY_ZERO;
            case 8 -> TrapCode.BAD_CONVERSION_TO_INTEGER;
            case 9 -> TrapCode.UNREACHABLE;
            case 13 -> TrapCode.NULL_REFERENCE;
            default -> TrapCode.OTHER;
        };
    }

    /** Wasmtime would not make the instance; what it says tells whose fault that is. */
    private static Problem refusal(String message) {
        String text = firstLine(message);
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("concurrent")) {
            return Problem.unavailable("all instances of the engine are in use: " + text, null);
        }
        if (lower.contains("limit") || lower.contains("exceed")) {
            return Problem.guest(Problem.Code.TOO_LARGE, "the module wants too much: " + text, null);
        }
        return Problem.invalid("the module cannot be instantiated: " + text);
    }

    static String firstLine(String message) {
        return message.lines().findFirst().orElse(message);
    }
}
