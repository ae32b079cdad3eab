package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestLaneTest {

    private final GuestExecutor executor = new GuestExecutor(4, 100);
    private final GuestLane lane = executor.lane("workload default/shop", 2);
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void close() {
        gate.countDown();
        executor.close();
    }

    private CompletableFuture<Integer> waiting(int value, int limit, Duration patience) {
        return lane.submit(
                () -> {
                    assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
                    return value;
                },
                limit,
                patience.toNanos());
    }

    @Test
    void runsAFewAndQueuesTheRestInOrder() {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(waiting(i, 100, Duration.ofSeconds(10)));
        }
        Awaitility.await().until(() -> executor.running() == 2);
        assertThat(lane.running()).isEqualTo(2);
        assertThat(lane.waiting()).isEqualTo(8);
        gate.countDown();

        assertThat(all.stream().map(CompletableFuture::join)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        Awaitility.await().until(() -> lane.running() == 0);
    }

    @Test
    void refusesMoreThanItsLimitAtOnce() {
        List<CompletableFuture<Integer>> accepted = List.of(
                waiting(1, 3, Duration.ofSeconds(10)),
                waiting(2, 3, Duration.ofSeconds(10)),
                waiting(3, 3, Duration.ofSeconds(10)));

        assertThatThrownBy(() -> waiting(4, 3, Duration.ofSeconds(10)).join())
                .hasCauseInstanceOf(Problem.class)
                .hasMessageContaining("2 running and 1 waiting (expected: fewer than 3 in all)");
        gate.countDown();
        assertThat(accepted.stream().map(CompletableFuture::join)).containsExactly(1, 2, 3);
    }

    @Test
    void doesNotRunWhatWaitedTooLong() {
        List<CompletableFuture<Integer>> first =
                List.of(waiting(1, 10, Duration.ofSeconds(10)), waiting(2, 10, Duration.ofSeconds(10)));
        CompletableFuture<Integer> late = waiting(3, 10, Duration.ofNanos(1));
        CompletableFuture<Integer> patient = waiting(4, 10, Duration.ofSeconds(10));
        gate.countDown();

        assertThat(patient.join()).isEqualTo(4);
        assertThat(first.stream().map(CompletableFuture::join)).containsExactly(1, 2);
        assertThatThrownBy(late::join).hasMessageContaining("for a thread (expected: at most 0)");
    }

    @Test
    void aFailureFreesItsPlace() {
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Integer> failing = lane.submit(
                    () -> {
                        throw Problem.invalid("no");
                    },
                    10,
                    Duration.ofSeconds(10).toNanos());
            assertThatThrownBy(failing::join).hasMessageContaining("no");
        }
        Awaitility.await().until(() -> lane.running() == 0);
    }

    @Test
    void aClosedLaneFinishesWhatItHas() {
        CompletableFuture<Integer> running = waiting(1, 10, Duration.ofSeconds(10));
        lane.close();

        assertThatThrownBy(() -> waiting(2, 10, Duration.ofSeconds(10)).join())
                .hasMessageContaining("workload default/shop: it is being stopped");
        gate.countDown();
        assertThat(running.join()).isEqualTo(1);
    }

    @Test
    void whoWaitsGivesItsPlaceAway() {
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(lane.submit(
                    () -> GuestExecutor.blocking(() -> {
                        assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
                        return 1;
                    }),
                    100,
                    Long.MAX_VALUE));
        }
        Awaitility.await().until(() -> lane.running() == 20);
        assertThat(lane.submit(() -> 2, 100, Long.MAX_VALUE).join()).isEqualTo(2);
        gate.countDown();
        assertThat(waiting.stream().map(CompletableFuture::join)).containsOnly(1);
        Awaitility.await().until(() -> lane.running() == 0);
    }

    @Test
    void whoComesBackComputesOnlyWhereThereIsAPlace() throws Exception {
        AtomicInteger computing = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch waiting = new CountDownLatch(12);
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(lane.submit(
                    () -> {
                        GuestExecutor.blocking(() -> {
                            waiting.countDown();
                            return gate.await(20, TimeUnit.SECONDS);
                        });
                        most.accumulateAndGet(computing.incrementAndGet(), Math::max);
                        Thread.onSpinWait();
                        return computing.decrementAndGet();
                    },
                    100,
                    Long.MAX_VALUE));
        }
        assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
        gate.countDown();
        all.forEach(CompletableFuture::join);
        assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void whoComputesForLongDoesNotStopTheOthers() {
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Integer>> loops = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            loops.add(lane.submit(
                    () -> {
                        while (!stop.get()) {
                            Thread.onSpinWait();
                        }
                        return 1;
                    },
                    100,
                    Long.MAX_VALUE));
        }
        GuestLane neighbour = executor.lane("workload default/other", 2);
        assertThat(neighbour.submit(() -> 2, 100, Long.MAX_VALUE).join()).isEqualTo(2);
        assertThat(lane.running()).isEqualTo(2);
        assertThat(lane.waiting()).isEqualTo(6);
        stop.set(true);
        assertThat(loops.stream().map(CompletableFuture::join)).containsOnly(1);
    }

    @Test
    void aWaitInsideAWaitIsOne() {
        assertThat(lane.submit(() -> GuestExecutor.blocking(() -> GuestExecutor.blocking(() -> 3)), 100, Long.MAX_VALUE)
                        .join())
                .isEqualTo(3);
        assertThat(GuestExecutor.<Integer, RuntimeException>blocking(() -> 4)).isEqualTo(4);
        Awaitility.await().until(() -> lane.running() == 0 && executor.running() == 0);
    }
}
