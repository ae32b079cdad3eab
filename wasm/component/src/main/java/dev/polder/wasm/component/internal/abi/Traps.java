package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmTrap;
import java.util.List;

/** The traps of the canonical ABI. */
final class Traps {

    private Traps() {}

    /** A guest broke a rule: what was found and what was expected. */
    static WasmTrap broken(String detail) {
        return new WasmTrap(TrapCode.CANONICAL_ABI, detail, List.of(), null);
    }

    static WasmTrap misaligned(long address, int align) {
        return broken("pointer " + address + " is not aligned (expected: a multiple of " + align + ")");
    }

    static WasmTrap discriminant(long found, int cases) {
        return broken("discriminant " + Integer.toUnsignedString((int) found) + " (expected: less than " + cases + ")");
    }
}
