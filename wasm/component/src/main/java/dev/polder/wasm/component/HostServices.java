package dev.polder.wasm.component;

/** The host's objects for one instance: what {@link HostInterface#functions} methods are called on. */
@FunctionalInterface
public interface HostServices {

    /**
     * The objects for some of the imports, where they are others. Asked on the guest's thread, at the first call of such an
     * import.
     *
     * @param part the name of a {@link ComponentPart} with services of its own, or {@code ""}
     * @param label the plain name under which an interface is imported, or {@code ""} for imports by the interface's name
     */
    default HostServices of(String part, String label) {
        return this;
    }

    /** The object of a class; the same at each call. Called on the guest's thread, at the first use of each class. */
    <T> T service(Class<T> type);
}
