package dev.polder.wasm.component;

/** The host's objects for one instance: what {@link HostInterface#functions} methods are called on. */
@FunctionalInterface
public interface HostServices {

    /** The object of a class; the same at each call. Called on the guest's thread, at the first use of each class. */
    <T> T service(Class<T> type);
}
