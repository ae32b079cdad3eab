package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.wasm.engine.internal.Machine;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a guest wrote in the pool for the next instance of its module: Wasmtime asks the kernel which pages those are
 * ({@code PAGEMAP_SCAN}, Linux 6.7) and writes the module's image over them, where otherwise all pages are given back and each costs
 * the next guest a page fault.
 *
 * <p>The C API has no function for it (Rust's is {@code PoolingAllocationConfig::pagemap_scan}), so the switch is set in the
 * configuration itself, at the place where the pinned library has it. Whoever changes {@code wasmtime.pins} finds the new
 * place; until then the pool does without, and {@code ResidentPagesIT} fails.
 *
 * <p>The kernel counts pages that nobody touched among those that were written; pages that were only read it does not. So
 * all are read in when a module begins in a place of the pool where another one was, and now and then, since a guest that wrote
 * more than is kept leaves its place without them. For any thread.
 */
final class ResidentPages {

    /** Of a used memory, the most that is kept, in bytes. */
    static final long KEPT_BYTES = 2L << 20;

    /** Places of the pool that keep pages while no instance has them. */
    static final int WARM_PLACES = 64;

    /** Reading in more would take longer than it saves. */
    private static final long MOST_READ_IN = 16L << 20;

    /** Where Rust's {@code pagemap_scan} is, in bytes, by version and platform; the byte before is {@code memory_protection_keys}. */
    private static final Map<String, Long> PLACES = Map.of("50.0.1 linux-x86_64", 133L);

    /** Of Rust's {@code wasmtime::Enabled}: where the kernel has it. */
    private static final byte AUTO = 0;

    /** And never, which is the default of both. */
    private static final byte NO = 2;

    /** {@code MADV_POPULATE_READ} of Linux 5.14. */
    private static final int POPULATE_READ = 22;

    /** Instances of a module in one place after which the pages are read in again. */
    private static final int AGAIN = 64;

    /** By address of the memory. */
    private final Map<Long, Place> places = new ConcurrentHashMap<>();

    /** One instance at a time has it, and its thread what is in here. */
    private static final class Place {
        private long module;
        private int left;
    }

    private ResidentPages() {}

    /**
     * Turns it on where the kernel has it.
     *
     * @param version of the library, whose SHA-256 is the pinned one; of any other nothing is changed
     * @param settings a new {@code wasmtime_pooling_allocation_config_t}
     * @return null where this library's place of the switch is not known
     */
    static @Nullable ResidentPages use(String version, long settings) {
        Long place = PLACES.get(version + " " + Machine.platform());
        if (place == null
                || Native.ALL.get(JAVA_BYTE, settings + place - 1) != NO
                || Native.ALL.get(JAVA_BYTE, settings + place) != NO) {
            return null;
        }
        Native.ALL.set(JAVA_BYTE, settings + place, AUTO);
        return new ResidentPages();
    }

    /**
     * An instance begins; its pages are read in where they may not be there. A kernel that cannot do so leaves them as they are.
     *
     * @param module a number that no other module of the engine has
     * @param base address of its memory
     */
    void begin(long module, long base, long bytes) {
        if (bytes == 0 || bytes > MOST_READ_IN) {
            return;
        }
        Place place = places.computeIfAbsent(base, _ -> new Place());
        if (place.module == module && place.left > 0) {
            place.left--;
            return;
        }
        place.module = module;
        place.left = AGAIN;
        try {
            int ignored = (int) C.MADVISE.invokeExact(base, bytes, POPULATE_READ);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Of the system's library; found only where it is used. */
    private static final class C {

        @SuppressWarnings("restricted") // what the package is for
        static final MethodHandle MADVISE = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("madvise"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

        private C() {}
    }
}
