package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.wasm.engine.internal.Machine;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Whether the process may reserve addresses: Wasmtime ends the process where its pool finds none. */
final class AddressSpace {

    private static final long NOWHERE = 0;
    private static final int NO_ACCESS = 0;

    /** {@code MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE} of Linux. */
    private static final int RESERVED = 0x2 | 0x20 | 0x4000;

    private AddressSpace() {}

    /**
     * Reserves so many bytes at once and lets go of them; nothing is used.
     *
     * @return true also where it cannot be tried: outside of Linux
     */
    static boolean has(long bytes) {
        if (!Machine.platform().startsWith("linux")) {
            return true;
        }
        try {
            long at = (long) C.MMAP.invokeExact(NOWHERE, bytes, NO_ACCESS, RESERVED, -1, 0L);
            return at != -1 && (int) C.MUNMAP.invokeExact(at, bytes) == 0;
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Of the system's library; found only where it is used. */
    private static final class C {

        static final MethodHandle MMAP = of(
                "mmap",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        static final MethodHandle MUNMAP = of("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

        private C() {}

        @SuppressWarnings("restricted") // what the package is for
        private static MethodHandle of(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }
    }
}
