package dev.polder.wasm.engine.internal.endive;

import dev.polder.wasm.engine.GuestFrame;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmTrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import run.endive.runtime.WasmInterruptedException;

/** Turns Endive's exceptions into traps: it has few types for them, so the code is in the words. */
final class EndiveTraps {

    private static final String METHOD = "func_";
    private static final int SHOWN_FRAMES = 64;

    /** In this order: the first text that the message holds decides. */
    private static final List<Map.Entry<String, TrapCode>> WORDS = List.of(
            Map.entry("out of bounds memory", TrapCode.MEMORY_OUT_OF_BOUNDS),
            Map.entry("call stack exhausted", TrapCode.STACK_OVERFLOW),
            Map.entry("indirect call type mismatch", TrapCode.BAD_SIGNATURE),
            Map.entry("uninitialized element", TrapCode.INDIRECT_CALL_TO_NULL),
            Map.entry("undefined element", TrapCode.TABLE_OUT_OF_BOUNDS),
            Map.entry("out of bounds table", TrapCode.TABLE_OUT_OF_BOUNDS),
            Map.entry("integer divide by zero", TrapCode.INTEGER_DIVIDE_BY_ZERO),
            Map.entry("integer overflow", TrapCode.INTEGER_OVERFLOW),
            Map.entry("invalid conversion to integer", TrapCode.BAD_CONVERSION_TO_INTEGER),
            Map.entry("unreachable", TrapCode.UNREACHABLE),
            Map.entry("null", TrapCode.NULL_REFERENCE));

    private EndiveTraps() {}

    static WasmTrap of(RuntimeException failure, EndiveStore store, Set<EndiveModule> modules) {
        List<GuestFrame> frames = frames(failure, modules);
        if (failure instanceof WasmInterruptedException) {
            if (!store.isOver()) {
                // Somebody else interrupted the thread; that somebody still wants it to stop.
                Thread.currentThread().interrupt();
                return new WasmTrap(TrapCode.CANCELLED, "its thread was interrupted", frames, failure);
            }
            return new WasmTrap(store.reason(), null, frames, failure);
        }
        String message = String.valueOf(failure.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, TrapCode> word : WORDS) {
            if (lower.contains(word.getKey())) {
                return new WasmTrap(word.getValue(), null, frames, failure);
            }
        }
        return new WasmTrap(TrapCode.OTHER, message, frames, failure);
    }

    /** The guest's functions among the Java frames: compiled ones carry their index in the method's name. */
    static List<GuestFrame> frames(RuntimeException failure, Set<EndiveModule> modules) {
        List<GuestFrame> found = new ArrayList<>();
        for (StackTraceElement element : failure.getStackTrace()) {
            if (found.size() == SHOWN_FRAMES) {
                break;
            }
            if (!element.getMethodName().startsWith(METHOD)) {
                continue;
            }
            String index = element.getMethodName().substring(METHOD.length());
            for (EndiveModule module : modules) {
                // An imported one stands for a function of the host, or of another module that has a frame, too.
                if (module.isCompiledTo(element.getClassName()) && !module.isImported(index)) {
                    found.add(module.frame(index));
                }
            }
        }
        return found;
    }
}
