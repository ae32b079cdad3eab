package dev.polder.mesh.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Fails the test run when a buffer was dropped without being released: Netty's paranoid detector reports to here, and the
 * process ends with an error after the last test; {@code target/leaks.txt} has what it said.
 */
public final class LeakGuard implements TestExecutionListener {

    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();
    private static final int EXIT_CODE = 70;

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // the method to override is the deprecated one
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return new Recording<>(resource, samplingInterval);
            }
        });
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        for (int i = 0; i < 4; i++) {
            System.gc();
            // the detector looks into its queue when something is allocated
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        if (!LEAKS.isEmpty()) {
            try {
                // not System.err: the test runner has it, and gets no time to pass it on
                Files.write(Path.of("target", "leaks.txt"), LEAKS);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    private static final class Recording<T> extends ResourceLeakDetector<T> {

        private final String type;

        Recording(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
            this.type = resource.getSimpleName();
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            LEAKS.add(type + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            LEAKS.add(type);
        }
    }
}
