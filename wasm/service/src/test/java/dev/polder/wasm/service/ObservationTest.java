package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.polder.wasm.engine.GuestLimit;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ObservationTest {

    private final LogRing log = new LogRing(3, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    private final Map<GuestLimit, Long> passed = new ConcurrentHashMap<>();
    private final Observation observed =
            new Observation(log, Clock.systemUTC(), (limit, times) -> passed.merge(limit, times, Long::sum));

    private List<String> texts() {
        return log.after(0).stream().map(LogLine::text).toList();
    }

    @Test
    void theLogKeepsTheLastLines() {
        for (int i = 1; i <= 5; i++) {
            log.add(LogLine.Stream.STDERR, "line " + i);
        }
        assertThat(texts()).containsExactly("line 3", "line 4", "line 5");
        assertThat(log.after(4)).extracting(LogLine::id).containsExactly(5L);
    }

    @Test
    void aListenerHearsOldAndNewLinesOnce() {
        log.add(LogLine.Stream.BUILD, "old");
        List<Long> heard = new ArrayList<>();
        LogRing.Subscription subscription = log.listen(0, line -> heard.add(line.id()));
        log.add(LogLine.Stream.BUILD, "new");
        subscription.close();
        log.add(LogLine.Stream.BUILD, "later");

        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void aListenerThatFailsIsRemoved() {
        log.listen(0, line -> {
            throw new IllegalStateException("full");
        });
        log.add(LogLine.Stream.STDERR, "one");
        log.add(LogLine.Stream.STDERR, "two");

        assertThat(texts()).containsExactly("one", "two");
    }

    @Test
    void linesAreCutAndCleaned() {
        GuestOutput.Lines lines = new GuestOutput.Lines(observed, LogLine.Stream.STDERR, "one", AppLimits.DEFAULT);
        byte[] bytes = "first\r\nsec\u001b[31mond\nthird".getBytes(StandardCharsets.UTF_8);
        lines.write(bytes, 0, bytes.length);
        lines.finish();

        assertThat(texts()).containsExactly("first", "sec\uFFFD[31mond", "third");
        assertThat(lines.last()).isEqualTo("third");
    }

    @Test
    void aGuestCannotFillTheLog() {
        GuestOutput.Lines lines = new GuestOutput.Lines(observed, LogLine.Stream.STDERR, "one", AppLimits.DEFAULT);
        byte[] line = "x".repeat(100).concat("\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 10_000; i++) {
            lines.write(line, 0, line.length);
        }
        lines.finish();

        assertThat(texts()).last().isEqualTo("9352 lines dropped (limit log)");
        assertThat(passed).containsExactly(Map.entry(GuestLimit.LOG, 9352L));
        assertThat(observed.limits()).isEqualTo(passed);
    }

    @Test
    void manyGuestsShareTheBytesOfASecondAndEachSecondSaysOnceWhatWasDropped() {
        byte[] line = "x".repeat(99).concat("\n").getBytes(StandardCharsets.UTF_8);
        for (int request = 0; request < 20_000; request++) {
            GuestOutput.Lines lines = new GuestOutput.Lines(observed, LogLine.Stream.STDOUT, "one", AppLimits.DEFAULT);
            lines.write(line, 0, line.length);
            lines.finish();
        }

        assertThat(passed).isNotEmpty();
        Awaitility.await()
                .untilAsserted(() -> assertThat(texts()).last().asString().endsWith("lines dropped (limit log)"));
        assertThat(observed.limits()).isEqualTo(passed);
    }

    @Test
    void quantilesAreWithinAnEighth() {
        LatencyHistogram histogram = new LatencyHistogram();
        assertThat(histogram.snapshot().quantileMillis(0.99)).isZero();
        for (int micros = 1; micros <= 100_000; micros++) {
            histogram.record(micros * 1000L);
        }
        LatencyHistogram.Snapshot snapshot = histogram.snapshot();

        assertThat(snapshot.total()).isEqualTo(100_000);
        assertThat(snapshot.quantileMillis(0.5)).isCloseTo(50, within(50 * 0.13));
        assertThat(snapshot.quantileMillis(0.99)).isCloseTo(99, within(99 * 0.13));
        histogram.record(5_000_000_000L);
        assertThat(histogram.snapshot().since(snapshot).quantileMillis(1)).isCloseTo(5000, within(650.0));
    }
}
