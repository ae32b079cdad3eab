package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.Locale;

/** Which engine is wanted. */
public enum EngineChoice {
    /** Wasmtime where its library is there, else Endive. */
    AUTO,
    /** Native speed; fails when the library is missing. */
    WASMTIME,
    /** Pure Java, always there. */
    ENDIVE;

    /** Reads {@code auto}, {@code wasmtime} or {@code endive}. */
    public static EngineChoice parse(String text) {
        for (EngineChoice choice : values()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(text)) {
                return choice;
            }
        }
        throw Problem.invalid("engine: \"" + text + "\" (expected: auto, wasmtime or endive)");
    }
}
