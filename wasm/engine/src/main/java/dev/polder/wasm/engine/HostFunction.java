package dev.polder.wasm.engine;

/**
 * A function of the host that guests import. One object serves all instances, at the same time: what belongs to one
 * guest is taken from {@link HostCall#host}.
 *
 * <p>Whatever it throws ends the guest's call at once and comes out of {@link WasmFunction#call} as it is.
 */
@FunctionalInterface
public interface HostFunction {

    /** Reads its arguments from, and puts its results into, {@code call}. */
    void call(HostCall call) throws Exception;
}
