package dev.polder.wasm.registry;

import dev.polder.kernel.model.Digest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a pull brought: everything it names is in the blob store, verified. */
public sealed interface PulledApp {

    /** The reference that was pulled, pinned to {@link #manifest()}. */
    Reference reference();

    /** The digest of the image manifest; for an index, of the one that was chosen. */
    Digest manifest();

    /** The manifest's annotations. */
    Map<String, String> annotations();

    /**
     * A Spin app.
     *
     * @param app every content of it has a digest, and the blob store has its bytes; the paths of files are relative,
     *     with forward slashes, and stay below the guest's root
     */
    record Spin(Reference reference, Digest manifest, Map<String, String> annotations, LockedApp app)
            implements PulledApp {}

    /**
     * One module or component, as wasm-pkg-tools and wasmCloud keep them.
     *
     * @param wasm the bytes in the blob store
     * @param wasmBytes their size
     * @param config what the artifact says of itself, or null when it has another config
     */
    record Component(
            Reference reference,
            Digest manifest,
            Map<String, String> annotations,
            Digest wasm,
            long wasmBytes,
            @Nullable WasmConfig config)
            implements PulledApp {}
}
