package dev.polder.mesh.proxy.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.TrafficStats;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrafficRecorderTest {

    private static final WorkloadRef SHOP = new WorkloadRef("default", "shop");
    private static final WorkloadRef GATEWAY = new WorkloadRef("polder-system", "gateway");

    private final AtomicLong now = new AtomicLong(1_800_000_000_000L);
    private final TrafficRecorder recorder = new TrafficRecorder(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now.get());
        }
    });

    private void pass(int seconds) {
        now.addAndGet(seconds * 1000L);
    }

    @Test
    void countsBySecondAndStatus() {
        for (int i = 0; i < 3; i++) {
            recorder.add(SHOP, GATEWAY, 200, 1_000_000, true);
        }
        pass(1);
        recorder.add(SHOP, GATEWAY, 503, 1_000_000, true);
        pass(1);
        TrafficStats.Series series = recorder.series(SHOP, 4, 1).orElseThrow();
        assertThat(series.byStatus().get(200)).containsExactly(0L, 0L, 3L, 0L);
        assertThat(series.byStatus().get(503)).containsExactly(0L, 0L, 0L, 1L);
        TrafficStats.Summary summary = recorder.summary(SHOP, 10).orElseThrow();
        assertThat(summary.requestsPerSecond()).isEqualTo(0.4);
        assertThat(summary.errorRate()).isEqualTo(0.25);
        assertThat(summary.callers()).containsExactly("polder-system/gateway");
        assertThat(summary.mutualTls()).isTrue();
        assertThat(recorder.summary(GATEWAY, 10).orElseThrow().callees()).containsExactly("default/shop");
        assertThat(recorder.total(SHOP)).isEqualTo(4);
    }

    @Test
    void forgetsAfterAnHour() {
        recorder.add(SHOP, GATEWAY, 200, 1_000_000, false);
        assertThat(recorder.summary(SHOP, 60).orElseThrow().mutualTls()).isFalse();
        pass(TrafficStats.SECONDS + 15);
        TrafficStats.Summary summary =
                recorder.summary(SHOP, TrafficStats.SECONDS).orElseThrow();
        assertThat(summary.byStatus()).isEmpty();
        assertThat(summary.p50Millis()).isNaN();
        assertThat(summary.callers()).isEmpty();
        assertThat(summary.mutualTls()).isTrue();
        assertThat(recorder.series(SHOP, TrafficStats.SECONDS, 15).orElseThrow().byStatus())
                .isEmpty();
    }

    @Test
    void quantilesAreCloseToTheTruth() {
        for (int millis = 1; millis <= 100; millis++) {
            recorder.add(SHOP, GATEWAY, 200, millis * 1_000_000L, true);
        }
        TrafficStats.Summary summary = recorder.summary(SHOP, 15).orElseThrow();
        assertThat(summary.p50Millis()).isCloseTo(50, within(10.0));
        assertThat(summary.p99Millis()).isCloseTo(99, within(20.0));
    }

    @Test
    void staysWithinItsBounds() {
        for (int status = 200; status < 260; status++) {
            recorder.add(SHOP, GATEWAY, status, 1_000, true);
        }
        assertThat(recorder.summary(SHOP, 10).orElseThrow().byStatus()).hasSizeLessThanOrEqualTo(13);
        for (int i = 0; i < 700; i++) {
            recorder.add(new WorkloadRef("default", "w" + i), GATEWAY, 200, 1_000, true);
        }
        assertThat(recorder.workloads()).hasSize(500);
    }
}
