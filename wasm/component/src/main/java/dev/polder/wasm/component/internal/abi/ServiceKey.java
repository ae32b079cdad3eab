package dev.polder.wasm.component.internal.abi;

/** Whose host objects serve an import; the names are those of {@link dev.polder.wasm.component.HostServices#of}. */
public record ServiceKey(String part, String label) {
    /** Those that an instance is made with. */
    public static final ServiceKey ROOT = new ServiceKey("", "");
}
