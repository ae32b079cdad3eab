package dev.polder.wasm.engine;

import dev.polder.kernel.model.Digest;
import org.jspecify.annotations.Nullable;

/** An engine that compiles and runs WebAssembly core modules. For any thread. */
public interface WasmEngine extends AutoCloseable {

    /** {@code wasmtime} or {@code endive}. */
    String name();

    /** The engine's own version, {@code 50.0.1}. */
    String version();

    /** What is compiled, and how large it may be. */
    ModuleLimits moduleLimits();

    /**
     * Compiles a module, or takes it from memory or from the cache on disk. Compiles the same digest once, however many
     * ask at the same time.
     *
     * @param bytes the binary form; not changed and not kept
     * @param digest the SHA-256 of {@code bytes}: the key of the cache
     * @param listener is told how it goes; a module of several megabytes takes seconds
     * @throws dev.polder.kernel.model.Problem INVALID when it is no valid module, TOO_LARGE when it passes a {@link
     *     ModuleLimits limit}, UNSUPPORTED when it needs a proposal that the engine does not have
     */
    CompiledModule compile(byte[] bytes, Digest digest, CompileListener listener);

    /** Compiles and tells nobody. */
    default CompiledModule compile(byte[] bytes, Digest digest) {
        return compile(bytes, digest, CompileListener.NONE);
    }

    /**
     * Validates a whole component, where the engine knows components. What it makes of it is not kept.
     *
     * @return whether it was validated: false when the engine does not know components
     * @throws dev.polder.kernel.model.Problem INVALID with the reason
     */
    boolean validateComponent(byte[] bytes);

    /**
     * A fresh, empty store. Its wall time starts now.
     *
     * @param host what host functions get from {@link HostCall#host}: the state of this one guest, or null
     */
    WasmStore newStore(InstanceLimits limits, @Nullable Object host);

    /** Frees the engine. Stores still open must be closed before. */
    @Override
    void close();
}
