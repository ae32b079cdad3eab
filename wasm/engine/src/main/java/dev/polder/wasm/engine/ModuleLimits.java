package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;

/**
 * What a module may be before any engine looks at it.
 *
 * @param moduleBytes size of the binary form
 * @param imports number of imports
 * @param exports number of exports
 * @param functions number of functions that it defines
 */
public record ModuleLimits(int moduleBytes, int imports, int exports, int functions) {

    /** 64 MiB, 5,000 imports, 10,000 exports, 500,000 functions. */
    public static final ModuleLimits DEFAULT = new ModuleLimits(64 << 20, 5_000, 10_000, 500_000);

    public ModuleLimits {
        if (moduleBytes < 8 || imports < 0 || exports < 0 || functions < 0) {
            throw Problem.invalid("module limits: " + moduleBytes + " bytes, " + imports + " imports, " + exports
                    + " exports, " + functions + " functions (expected: at least 8 bytes and nothing negative)");
        }
    }
}
