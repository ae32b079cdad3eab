package dev.polder.wasm.engine;

import java.nio.file.Path;

/** Opens engines. */
public final class Engines {

    /**
     * An engine and the reason that it is this one, for {@code polder doctor}.
     *
     * @param why one sentence: the library's path and version, or why there is none
     */
    public record Opened(WasmEngine engine, String why) {}

    private Engines() {}
}
