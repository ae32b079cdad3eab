package dev.polder.wasm.component;

import dev.polder.kernel.model.Problem;

/**
 * What a component may be before anything of it is compiled.
 *
 * @param bytes size of the binary form
 * @param nesting components in components, types in types, and instantiations that start instantiations
 * @param definitions things in one index space of one component
 * @param work definitions evaluated in all, each as often as the component that has it is instantiated
 * @param typeSize parts of a value or function type, each counted as often as it is mentioned
 * @param typeDepth types in a value type
 * @param nameBytes length of a name
 */
public record ComponentLimits(
        int bytes, int nesting, int definitions, int work, int typeSize, int typeDepth, int nameBytes) {

    /** 64 MiB, 32 levels, 20,000 definitions, 200,000 evaluated, types of 20,000 parts and 100 levels, names of 1,000 bytes. */
    public static final ComponentLimits DEFAULT =
            new ComponentLimits(64 << 20, 32, 20_000, 200_000, 20_000, 100, 1_000);

    public ComponentLimits {
        if (bytes < 8 || nesting < 1 || definitions < 1 || work < 1 || typeSize < 1 || typeDepth < 1 || nameBytes < 1) {
            throw Problem.invalid("component limits: " + bytes + " bytes, " + nesting + " levels, " + definitions
                    + " definitions, " + work + " evaluated, types of " + typeSize + " parts and " + typeDepth
                    + " levels, names of " + nameBytes + " (expected: at least 8 bytes and one of each)");
        }
    }
}
