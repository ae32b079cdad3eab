package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Apps that loop, crash and hoard, kept busy; the app beside them answers every request. */
class NeighboursIT {

    private static final int REQUESTS = 100;

    @TempDir
    Path folder;

    /** Keeps some requests of an app under way, whatever becomes of them. */
    private static final class Load {
        private final Harness polder;
        private final String name;
        private final Semaphore places = new Semaphore(2);
        private final AtomicInteger ended = new AtomicInteger();
        private final ConcurrentLinkedQueue<String> answered = new ConcurrentLinkedQueue<>();

        Load(Harness polder, String name) {
            this.polder = polder;
            this.name = name;
        }

        void fill() {
            while (places.tryAcquire()) {
                polder.apps
                        .handle(workload(name), HttpRequestData.get("h", "/"))
                        .whenComplete((answer, failure) -> {
                            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                            if (!(cause instanceof Problem)) {
                                answered.add(name + ": " + answer + ", " + failure);
                            }
                            ended.incrementAndGet();
                            places.release();
                        });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whatOneAppDoesIsNoMatterToAnother(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            polder.limits.put("loops", new AppLimits(1 << 20, Duration.ofMillis(200), 1024, 1024, 64));
            polder.limits.put("hoards", new AppLimits(16 << 20, Duration.ofSeconds(5), 1024, 1024, 64));
            polder.deploy("loops", TestModules.loops());
            polder.deploy("crashes", TestModules.traps("the end is near"));
            polder.deploy("hoards", TestModules.hoards());
            polder.deploy("shop", TestModules.answers("hello"));
            List<Load> loads =
                    List.of(new Load(polder, "loops"), new Load(polder, "crashes"), new Load(polder, "hoards"));

            int served = 0;
            while (served < REQUESTS || loads.stream().anyMatch(load -> load.ended.get() < 4)) {
                loads.forEach(Load::fill);
                assertThat(Harness.text(polder.get("shop", "/"))).isEqualTo("hello");
                served++;
            }

            assertThat(polder.apps.stats(workload("shop")).orElseThrow().failures())
                    .isZero();
            assertThat(loads).allSatisfy(load -> assertThat(load.answered).isEmpty());
            assertThat(polder.apps.traps(workload("crashes"))).isNotEmpty();
            assertThat(polder.apps.stats(workload("hoards")).orElseThrow().limits())
                    .containsKey(dev.polder.wasm.engine.GuestLimit.MEMORY);
        }
    }
}
