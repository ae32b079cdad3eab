package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.MemoryType;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * The pages of one store that its guests look at (see {@link dev.polder.wasm.engine.internal.ProbedModule}). While they are
 * protected, the next look ends the guest. Any thread protects; the store's own opens them again, before its memories go
 * back to the pool.
 */
final class Probes {

    private static final int NONE = 0;
    private static final int READ_WRITE = 3;

    private long[] pages = new long[2];
    private int count;
    private int closed;

    /** Adds a memory of one page by its address; it is open. */
    synchronized void add(long address) {
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, 2 * count);
        }
        pages[count++] = address;
    }

    /** Protects those that are not. */
    synchronized void protect() {
        for (; closed < count; closed++) {
            set(pages[closed], NONE);
        }
    }

    synchronized void open() {
        for (; closed > 0; closed--) {
            set(pages[closed - 1], READ_WRITE);
        }
    }

    synchronized boolean isProtected() {
        return closed > 0;
    }

    private static void set(long page, int access) {
        try {
            int result = (int) C.MPROTECT.invokeExact(page, (long) MemoryType.PAGE, access);
            if (result != 0) {
                throw Problem.internal("the system does not change the access to a page of a guest", null);
            }
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Of the system's library; found only where it is used. */
    private static final class C {

        @SuppressWarnings("restricted") // what the package is for
        static final MethodHandle MPROTECT = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("mprotect"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

        private C() {}
    }
}
