package dev.polder.wasm.wasi.p2.io;

/** Something that can be waited for. Asked on the guest's thread; what changes it raises the guest's {@link Signal}. */
@FunctionalInterface
public interface Readiness {

    /** Whether waiting for it ends now. Never blocks. */
    boolean ready();

    /** Nanoseconds after which it is worth asking again though nothing was raised; the largest long for never. */
    default long nanosLeft() {
        return Long.MAX_VALUE;
    }
}
