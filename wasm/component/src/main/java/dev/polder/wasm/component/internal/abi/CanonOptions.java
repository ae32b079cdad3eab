package dev.polder.wasm.component.internal.abi;

/**
 * The options of one {@code canon lift} or {@code canon lower}. Slots are indices into {@link ComponentState}, -1 for
 * none.
 *
 * @param memory slot of the memory
 * @param realloc slot of the function that allocates in it
 * @param postReturn slot of the function that is called after the results were read
 * @param instance index of the component instance whose handles and flags are used
 */
public record CanonOptions(StringEncoding encoding, int memory, int realloc, int postReturn, int instance) {}
