package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guest wrote stays in the pool for the next one, which sees none of it. */
class ResidentPagesIT {

    private static final int PAGE = 4_096;
    private static final int PAGES = 16;
    private static final int SECRET = 0x5ec7e7;
    private static final int MINOR_FAULTS = 9;

    @TempDir
    Path folder;

    /** Page faults of this thread that read nothing from a disk, as {@code proc_pid_stat(5)} counts them. */
    private static long faults() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[MINOR_FAULTS - 2]);
    }

    private static boolean hasScan() {
        String[] version = System.getProperty("os.version").split("[.-]");
        int major = Integer.parseInt(version[0]);
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64")
                && (major > 6 || (major == 6 && Integer.parseInt(version[1]) >= 7));
    }

    /** Writes to every page, and to some more of a memory that grew. */
    private static void dirty(LinkedModule linked, boolean grow) {
        try (WasmInstance instance = linked.instantiate(InstanceLimits.DEFAULT, null)) {
            for (int page = 0; page < PAGES; page++) {
                int at = page * PAGE + 1_000;
                assertThat(instance.call("peek", at)[0]).isZero();
                instance.call("poke", at, SECRET);
            }
            if (grow) {
                assertThat(instance.call("grow", 1)[0]).isEqualTo(1);
                int at = PAGES * PAGE + 1_000;
                assertThat(instance.call("peek", at)[0]).isZero();
                instance.call("poke", at, SECRET);
            }
        }
    }

    @Test
    void pagesAreKeptAndNothingIsInThem() throws IOException {
        try (WasmEngine engine = Fixtures.wasmtime(folder)) {
            CompiledModule module = Fixtures.compile(engine, "basic");
            LinkedModule linked = module.link(EngineContract.host(new ArrayList<>()));
            for (int i = 0; i < 200; i++) {
                dirty(linked, i % 3 == 0);
            }
            assumeTrue(hasScan(), "no PAGEMAP_SCAN here: it is of Linux 6.7");
            assumeTrue(Files.isReadable(Path.of("/proc/self/pagemap")), "/proc/self/pagemap is hidden here");
            assumeTrue(System.getenv("POLDER_WASMTIME") == null, "a Wasmtime of one's own gives its pages back");
            dirty(linked, false);
            long before = faults();
            for (int i = 0; i < 100; i++) {
                dirty(linked, false);
            }
            // Each wrote 16 pages. Some faults are the JVM's own.
            assertThat((faults() - before) / 100).isLessThan(4);
            linked.close();
            module.release();
        }
    }
}
