package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.FuncType;

/**
 * A {@code canon lift}: a core function seen as a component function.
 *
 * @param coreFunction slot of the core function in {@link ComponentState}
 */
public record LiftedFunction(FuncType type, int coreFunction, CanonOptions options) {}
